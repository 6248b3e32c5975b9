package io.millrace.cli.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.Notices;
import io.millrace.cli.command.Streams;
import io.millrace.cli.format.LineReader;
import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Which line the report names as the next one, and that it names only one. */
class ProduceReportTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Streams streams =
      new Streams(InputStream.nullInputStream(), out, new PrintStream(err, true, UTF_8), false);

  /** The receipts of a broker that acknowledges one event and then refuses to store more. */
  private static final class FullBroker implements Producer {

    final List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    MillraceException refusal;

    @Override
    public CompletableFuture<Receipt> send(Event event) {
      if (refusal != null) {
        throw refusal;
      }
      CompletableFuture<Receipt> receipt = new CompletableFuture<>();
      receipts.add(receipt);
      return receipt;
    }

    /** Acknowledges line 1 and fails the others, the last one first: partitions have no order. */
    private void failAll() {
      receipts.get(0).complete(null);
      for (int i = receipts.size() - 1; i > 0; i--) {
        receipts
            .get(i)
            .completeExceptionally(new MillraceException(ErrorCode.CLOSED, "it was closed"));
      }
    }

    @Override
    public void post(Event event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void flush() {}

    @Override
    public String topic() {
      return "t";
    }

    @Override
    public int partitions() {
      return 2;
    }

    @Override
    public long lastSequence() {
      return Event.NO_SEQUENCE;
    }

    @Override
    public long lastSequence(int partition) {
      return Event.NO_SEQUENCE;
    }

    @Override
    public void close() {
      failAll();
    }

    @Override
    public void close(Duration timeout) {
      failAll();
    }
  }

  private final FullBroker broker = new FullBroker();

  private ProduceRun send(String lines, String name, boolean skipRejected) throws IOException {
    ProduceRun run = new ProduceRun(broker, name, Event.ANY_PARTITION, skipRejected, streams);
    run.send(
        new LineReader(new ByteArrayInputStream(lines.getBytes(UTF_8)), 100),
        line -> {
          if (line.length == 0) {
            throw new IllegalArgumentException("it is empty");
          }
          return Event.builder().value(line);
        });
    return run;
  }

  private String report(ProduceRun run) throws IOException {
    new ProduceReport(run, "t", streams, new Notices(streams.err(), "millrace produce", false))
        .print();
    return err.toString(UTF_8);
  }

  private String json(ProduceRun run) throws IOException {
    new ProduceReport(run, "t", streams, new Notices(streams.err(), "millrace produce", true))
        .print();
    return out.toString(UTF_8);
  }

  @Test
  void afterAStopTheFirstUnacknowledgedLineIsTheNext() throws IOException {
    ProduceRun run = send("a\nb\nc\nd\n", null, false);
    run.stop();
    assertThat(report(run))
        .contains("stopped after line 4\n")
        .contains("no acknowledgement for 3 events; the first is line 2: it was closed")
        .containsOnlyOnce("the next line")
        .contains("the next line to send is 2, the first one without acknowledgement")
        .contains("can be stored already");
  }

  @Test
  void aNamedImportIsRunAgain() throws IOException {
    ProduceRun run = send("a\nb\nc\n", "import", false);
    broker.failAll();
    assertThat(report(run))
        .contains("to continue, run the command again with --name import")
        .doesNotContain("the next line");
  }

  @Test
  void aRejectedLineIsNotTheNextIfEarlierLinesAreOpen() throws IOException {
    ProduceRun run = send("a\nb\n\nd\n", null, false);
    broker.failAll();
    assertThat(report(run))
        .contains("stopped at line 3: it is empty; correct it, or skip such lines")
        .doesNotContain("were sent", "from line 3")
        .contains("the next line to send is 2, ");
  }

  @Test
  void aRejectedLineIsTheNextIfAllLinesBeforeItAreStored() throws IOException {
    ProduceRun run = send("a\n\nc\n", null, false);
    broker.failAll();
    assertThat(report(run)).contains("the lines before it were sent", "from line 2 on");
    assertThat(send("\n", "import", false).nextLine()).isEmpty();
  }

  @Test
  void aFailureOfTheWholeProducerNamesTheNextLine() throws IOException {
    broker.refusal = new MillraceException(ErrorCode.SEND_TIMEOUT, "no memory");
    ProduceRun run = new ProduceRun(broker, null, Event.ANY_PARTITION, false, streams);
    LineReader lines = new LineReader(new ByteArrayInputStream("a\nb\n".getBytes(UTF_8)), 100);
    assertThatThrownBy(() -> run.send(lines, line -> Event.builder().value(line)))
        .isSameAs(broker.refusal);
    assertThat(report(run)).contains("stopped before the first line");
    assertThat(run.nextLine()).hasValue(1);
  }

  @Test
  void jsonHasTheNextLine() throws IOException {
    ProduceRun run = send("a\nb\nc\n", null, false);
    broker.failAll();
    assertThat(json(run)).contains("\"failedEvents\":2,", "\"nextLine\":2");
  }

  @Test
  void jsonHasNoNextLineAfterTheEndOfTheInput() throws IOException {
    ProduceRun run = send("a\n", null, false);
    broker.failAll();
    assertThat(json(run)).contains("\"nextLine\":null");
  }
}
