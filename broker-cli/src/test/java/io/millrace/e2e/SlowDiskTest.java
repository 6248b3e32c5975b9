package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.Ack;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * strace(1) delays each fsync of one file by ten minutes. Only requests that need an fsync of this
 * file wait.
 */
class SlowDiskTest {

  private static final long TIMEOUT_SECONDS = JavaProcess.LIMIT.toSeconds();

  /** Longer than the test takes on a busy machine. At the end of strace, the fsync continues. */
  private static final String TEN_MINUTES = "delay_enter=600000000";

  @TempDir Path directory;

  @Test
  void onlyRequestsForTheSlowFsyncWait() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory);
        MillraceClient client = PatientClient.connect(broker.address())) {
      client.admin().createTopic("slow", TopicSpec.partitions(1));
      Path segment = onlySegment();
      client.admin().createTopic("quick", TopicSpec.partitions(1));
      try (Producer synced = client.producer("slow").retry(PatientClient.retry()).build();
          Producer stored = client.producer("slow").ack(Ack.STORED).build();
          Producer other = client.producer("quick").build()) {
        assertThat(offset(synced.send(Event.of("k", "first")))).isZero();
        assertThat(offset(other.send(Event.of("k", "first")))).isZero();

        CompletableFuture<Receipt> waiting;
        try (Strace strace = Strace.onFsyncsOf(segment, broker, directory, TEN_MINUTES)) {
          waiting = synced.send(Event.of("k", "second"));
          for (int i = 0; i < 20; i++) {
            assertThat(offset(stored.send(Event.of("k", "stored")))).isPositive();
            assertThat(offset(other.send(Event.of("k", "other")))).isEqualTo(i + 1);
          }
          assertThat(waiting).isNotDone();
          assertThat(strace.isAttached()).isTrue();
        }
        assertThat(offset(waiting)).isPositive();
        assertThat(
                new MillraceCommand(broker)
                    .run("consume", "slow", "--until=end", "--isolation=latest", "--output=value")
                    .orFail()
                    .stdoutLines())
            .hasSize(22)
            .containsOnlyOnce("first", "second");
      }
    }
  }

  @Test
  void aLookUpDoesNotWaitForTheDeletionOfAnotherTopic() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory);
        MillraceClient client = PatientClient.connect(broker.address())) {
      client.admin().createTopic("slow", TopicSpec.partitions(1));
      Path segment = onlySegment();
      client.admin().createTopic("quick", TopicSpec.partitions(1));
      try (Producer synced = client.producer("slow").retry(PatientClient.retry()).build()) {
        assertThat(offset(synced.send(Event.of("k", "first")))).isZero();

        CompletableFuture<Void> deleting;
        try (Strace strace = Strace.onFsyncsOf(segment, broker, directory, TEN_MINUTES)) {
          CompletableFuture<Receipt> waiting = synced.send(Event.of("k", "second"));
          deleting = CompletableFuture.runAsync(() -> client.admin().deleteTopic("slow"));
          assertThat(waiting)
              .as("refused, because its topic is being deleted")
              .failsWithin(TIMEOUT_SECONDS, TimeUnit.SECONDS);

          assertThat(client.admin().describeTopic("quick").name()).isEqualTo("quick");
          assertThat(client.admin().listTopics()).hasSize(1);
          try (Producer other = client.producer("quick").build()) {
            assertThat(offset(other.send(Event.of("k", "first")))).isZero();
          }
          assertThat(deleting).isNotDone();
          assertThat(strace.isAttached()).isTrue();
        }
        deleting.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  private static long offset(CompletableFuture<Receipt> receipt) throws Exception {
    return receipt.get(TIMEOUT_SECONDS, TimeUnit.SECONDS).offset();
  }

  private Path onlySegment() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data/logs"))) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }
}
