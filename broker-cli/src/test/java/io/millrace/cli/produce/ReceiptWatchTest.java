package io.millrace.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.Notices;
import io.millrace.cli.command.ReceiptCounter;
import io.millrace.client.Receipt;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceiptWatchTest {

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ReceiptCounter receipts = new ReceiptCounter();
  private ReceiptWatch watch = watch(false, false);

  private ReceiptWatch watch(boolean json, boolean overProgress) {
    Notices notices = new Notices(new PrintStream(err, true, UTF_8), "millrace produce", json);
    return new ReceiptWatch(receipts, notices, overProgress, 0);
  }

  private void check(int second) {
    watch.check(TimeUnit.SECONDS.toNanos(second));
  }

  private CompletableFuture<Receipt> send() {
    CompletableFuture<Receipt> receipt = new CompletableFuture<>();
    receipts.add(1, 10, receipt);
    return receipt;
  }

  @Test
  void aBrokerThatDoesNotAnswerIsReportedEverLessOften() {
    CompletableFuture<Receipt> first = send();
    send();
    for (int second = 1; second <= 13; second++) {
      check(second);
    }
    assertThat(err.toString(UTF_8).lines())
        .containsExactly(
            "millrace produce: 2 events sent, and the broker has acknowledged none for 3 s; still"
                + " waiting",
            "millrace produce: 2 events sent, and the broker has acknowledged none for 6 s; still"
                + " waiting",
            "millrace produce: 2 events sent, and the broker has acknowledged none for 12 s; still"
                + " waiting");
    err.reset();
    first.complete(null);
    check(14);
    assertThat(err.toString(UTF_8)).contains("the broker acknowledges events again after 14 s");
  }

  /** The events that are closed without a receipt are no sign of life. */
  @Test
  void aFailureIsNoAcknowledgement() {
    CompletableFuture<Receipt> first = send();
    send();
    check(3);
    first.completeExceptionally(new IllegalStateException("closed"));
    check(4);
    assertThat(err.toString(UTF_8)).doesNotContain("again");
  }

  @Test
  void aProgramGetsJson() {
    watch = watch(true, true);
    send();
    check(3);
    assertThat(err.toString(UTF_8).strip())
        .startsWith("{\"notice\":{\"command\":\"millrace produce\",")
        .contains("acknowledged none for 3 s")
        .endsWith("}}");
  }

  @Test
  void aNoticeReplacesTheProgress() {
    watch = watch(false, true);
    send();
    check(3);
    assertThat(err.toString(UTF_8)).startsWith("\r\033[Kmillrace produce: 1 event sent");
  }

  @Test
  void aWaitForInputIsNotReported() {
    for (int second = 1; second <= 100; second++) {
      check(second);
    }
    send();
    check(101);
    check(102);
    assertThat(err.toString(UTF_8)).isEmpty();
  }
}
