package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system of 64 MB becomes full under load, and space is freed again. Needs root to mount the
 * file system.
 */
class FullDiskTest {

  private static final Pattern DISK_FULL = Pattern.compile("\"diskFull\":(true|false)");
  private static final String VALUE = "x".repeat(100_000);
  private static final int EVENTS = 480;

  @TempDir Path directory;

  @Test
  void onlyAppendsWaitUntilSpaceIsFree() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("small"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", mount.toString()) == 0,
        "skipped: no file system can be mounted here; run as root");
    try (EndToEndBroker broker =
        EndToEndBroker.start(mount, "--set", "storage.reservedBytes=8MiB")) {
      fillAndFree(broker);
    } finally {
      assertThat(run("umount", mount.toString())).isZero();
    }
  }

  private void fillAndFree(EndToEndBroker broker) throws Exception {
    MillraceCommand millrace = new MillraceCommand(broker);
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      client.admin().createTopic("old", TopicSpec.partitions(1));
      client.admin().createTopic("rides", TopicSpec.partitions(1));
      try (Producer old = client.producer("old").build()) {
        send(old, 200);
        old.flush();
      }
      try (Producer producer = client.producer("rides").retry(PatientClient.retry()).build()) {
        List<CompletableFuture<Receipt>> receipts = send(producer, EVENTS);
        awaitDiskFull(broker, true);

        assertThat(receipts.get(EVENTS - 1)).isNotDone();
        assertThat(millrace.run("topic", "create", "another").stderr()).contains("DISK_FULL");
        assertThat(stored(millrace, "old")).isEqualTo(200);
        assertThat(Files.readString(broker.log())).contains("event=disk_full");
        CommandResult status = millrace.run("status");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.stdoutText()).contains(", FULL\n").containsPattern("health +degraded\n");

        client.admin().deleteTopic("old");

        for (CompletableFuture<Receipt> receipt : receipts) {
          receipt.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(receipts.get(EVENTS - 1).join().offset()).isEqualTo(EVENTS - 1);
      }
      assertThat(stored(millrace, "rides")).isEqualTo(EVENTS);
      broker.stop();
      broker.start();
      assertThat(stored(millrace, "rides")).isEqualTo(EVENTS);
      assertThat(Files.readString(broker.log())).doesNotContain("InternalError");
    }
  }

  private static List<CompletableFuture<Receipt>> send(Producer producer, int events) {
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      receipts.add(producer.send(Event.of(VALUE)));
    }
    return receipts;
  }

  private static void awaitDiskFull(EndToEndBroker broker, boolean expected) {
    await()
        .alias("disk full: " + expected)
        .atMost(JavaProcess.LIMIT)
        .until(
            () -> {
              Matcher told = DISK_FULL.matcher(broker.get("/health/ready").body());
              return told.find() && Boolean.parseBoolean(told.group(1)) == expected;
            });
  }

  private static long stored(MillraceCommand millrace, String topic) {
    return millrace
        .run("consume", topic, "--from", "earliest", "--until", "end", "--output", "value")
        .orFail()
        .stdoutLines()
        .size();
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
