package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections use up the file descriptors of a broker for a while. */
class OpenFilesTest {

  private static final int LIMIT = 200;
  private static final int PARTITIONS = 8;

  @TempDir Path directory;

  @Test
  void appendsWaitUntilFilesCanBeOpenedAndNoPartitionFails() throws Exception {
    try (EndToEndBroker broker = EndToEndBroker.start(directory);
        MillraceClient client = MillraceClient.connect(broker.address())) {
      client.admin().createTopic("rides", TopicSpec.partitions(PARTITIONS));
      broker.stop();
    }
    try (EndToEndBroker broker =
            EndToEndBroker.startWithOpenFiles(
                LIMIT, directory, "--set", "connections.handshakeTimeout=10m");
        MillraceClient client = MillraceClient.connect(broker.address());
        Producer producer = client.producer("rides").build()) {
      send(producer, 0, "first").get(60, TimeUnit.SECONDS);

      List<Socket> connections = useUpOpenFiles(broker);
      List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
      for (int partition = 1; partition < PARTITIONS; partition++) {
        receipts.add(send(producer, partition, "second"));
      }
      awaitLogEvent(broker, "event=fsync_delayed");
      assertThat(receipts).as("nothing is durable").noneMatch(CompletableFuture::isDone);
      close(connections);

      for (CompletableFuture<Receipt> receipt : receipts) {
        assertThat(receipt.get(60, TimeUnit.SECONDS).offset()).isZero();
      }
      assertThat(broker.get("/health/ready").body())
          .contains("\"failedPartitions\":[],\"failedGroups\":[],\"shortages\":[]");
      assertThat(Files.readString(broker.log()))
          .contains("event=few_open_files limit=" + LIMIT)
          .contains("event=accept_failed")
          .doesNotContain("event=few_memory_maps")
          .doesNotContain("exceptionCaught() event was fired")
          .doesNotContain("event=partition_failed");
      broker.stop();
    }
  }

  private static CompletableFuture<Receipt> send(Producer producer, int partition, String value) {
    return producer.send(Event.builder().partition(partition).value(value).build());
  }

  private static List<Socket> useUpOpenFiles(EndToEndBroker broker) throws IOException {
    List<Socket> connections = new ArrayList<>();
    for (int i = 0; i < LIMIT; i++) {
      connections.add(new Socket("127.0.0.1", broker.port()));
    }
    awaitLogEvent(broker, "event=accept_failed");
    return connections;
  }

  private static void awaitLogEvent(EndToEndBroker broker, String event) {
    await()
        .alias(event)
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(broker.log()).contains(event));
  }

  private static void close(List<Socket> connections) throws IOException {
    for (Socket connection : connections) {
      connection.close();
    }
  }
}
