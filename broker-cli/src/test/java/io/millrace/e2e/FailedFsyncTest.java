package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
 * strace(1) makes the kernel answer the fsync of one file with EIO. The partition of this file
 * accepts no more appends, other partitions do, and after a restart no event is lost or duplicated.
 */
class FailedFsyncTest {

  @TempDir Path directory;

  @Test
  void onePartitionFailsUntilTheBrokerIsRestarted() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory);
        MillraceClient client = PatientClient.connect(broker.address())) {
      MillraceCommand millrace = new MillraceCommand(broker);
      client.admin().createTopic("broken", TopicSpec.partitions(1));
      Path segment = onlySegment();
      client.admin().createTopic("healthy", TopicSpec.partitions(1));
      try (Producer broken = client.producer("broken").retry(PatientClient.retry()).build();
          Producer healthy = client.producer("healthy").build()) {
        assertThat(offset(broken.send(Event.of("k", "first")))).isZero();

        CompletableFuture<Receipt> second;
        try (Strace strace = Strace.onFsyncsOf(segment, broker, directory, "error=EIO")) {
          second = broken.send(Event.of("k", "second"));
          await()
              .atMost(JavaProcess.LIMIT)
              .until(() -> describe(millrace, "broken").contains("STORAGE_FAILED"));
          assertThat(strace.isAttached()).isTrue();
        }
        assertThat(offset(healthy.send(Event.of("k", "other")))).isZero();
        assertThat(describe(millrace, "broken"))
            .as("the fsync is not retried")
            .contains("STORAGE_FAILED");
        assertThat(second).isNotDone();

        broker.kill();
        broker.start();
        assertThat(offset(second)).isEqualTo(1);
        assertThat(
                millrace
                    .run("consume", "broken", "--until=end", "--output=value")
                    .orFail()
                    .stdoutLines())
            .containsExactly("first", "second");
      }
    }
  }

  private static long offset(CompletableFuture<Receipt> receipt) throws Exception {
    return receipt.get(JavaProcess.LIMIT.toSeconds(), TimeUnit.SECONDS).offset();
  }

  private static String describe(MillraceCommand millrace, String topic) {
    return millrace.run("topic", "describe", topic, "--output=json").orFail().stdoutText();
  }

  private Path onlySegment() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("data/logs"))) {
      return files.filter(file -> file.toString().endsWith(".log")).findFirst().orElseThrow();
    }
  }
}
