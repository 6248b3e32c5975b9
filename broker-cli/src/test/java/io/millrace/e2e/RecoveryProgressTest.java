package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that starts reports its progress over HTTP. The recovery of one log is blocked by a
 * named pipe in place of a small file: opening the pipe blocks until a process writes to it.
 */
class RecoveryProgressTest {

  @TempDir Path directory;

  @Test
  void readinessSaysHowManyPartitionsAreOpen() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory)) {
      Path held = fill(broker);
      broker.kill();
      Path pipe = held.resolve("damage");
      assertThat(new ProcessBuilder("mkfifo", pipe.toString()).inheritIO().start().waitFor())
          .isZero();

      broker.launch();
      await()
          .atMost(JavaProcess.LIMIT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () ->
                  assertThat(broker.get("/health/ready").body().strip())
                      .isEqualTo(
                          "{\"status\":\"recovering\",\"partitionsOpened\":2,\"partitionsTotal\":3}"));
      assertThat(broker.get("/health/ready").statusCode()).isEqualTo(503);
      assertThat(broker.get("/health/live").statusCode()).isEqualTo(200);

      try (OutputStream unblocked = Files.newOutputStream(pipe)) {
        unblocked.flush();
      }
      broker.awaitReady();
      assertThat(
              new MillraceCommand(broker)
                  .run("consume", "a", "--until=end", "--output=value")
                  .orFail()
                  .stdoutLines())
          .containsExactly("there");
    }
  }

  /** Creates three topics with one event each, and returns the log directory of the first. */
  private Path fill(EndToEndBroker broker) throws Exception {
    try (MillraceClient client = PatientClient.connect(broker.address())) {
      for (String topic : List.of("a", "b", "c")) {
        client.admin().createTopic(topic, TopicSpec.partitions(1));
        try (Producer producer = client.producer(topic).build()) {
          producer.send(Event.of("k", "there")).get();
        }
      }
      return directory.resolve("data/logs").resolve(client.admin().describeTopic("a").id() + "-0");
    }
  }
}
