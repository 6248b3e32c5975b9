package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DescribeTopicRequest;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
class DataDirectoryTest {

  @TempDir Path directory;

  @Test
  void everythingIsThereAfterARestart() {
    UUID brokerId;
    TopicInfo topic;
    try (MillraceServer server = start();
        WireClient client = WireClient.connect(server.port())) {
      brokerId =
          client
              .ask(new HelloRequest("me", ""), HelloResponse.class)
              .broker()
              .orElseThrow()
              .brokerId();
      topic =
          client
              .ask(
                  new CreateTopicRequest("t", 3, Map.of("retentionTime", "7d")),
                  TopicResponse.class)
              .topic();
      int sent = client.produce(topic.id(), 2, AckLevel.SYNCED, TestServers.batch("s", "a", "b"));
      client.answerTo(sent, ProduceResponse.class);
    }
    try (MillraceServer server = start();
        WireClient client = WireClient.connect(server.port())) {
      BrokerInfo hello =
          client.ask(new HelloRequest("me", ""), HelloResponse.class).broker().orElseThrow();
      TopicInfo after = client.ask(new DescribeTopicRequest("t"), TopicResponse.class).topic();

      assertThat(hello.brokerId()).isEqualTo(brokerId);
      assertThat(after.id()).isEqualTo(topic.id());
      assertThat(after.settings()).containsEntry("retentionTime", "7d");
      assertThat(after.partitions().get(2).durable()).isEqualTo(2);
    }
  }

  @Test
  void aDirectoryInUseIsNamed() {
    try (MillraceServer server = start()) {
      assertThat(server.port()).isPositive();
      assertThatThrownBy(this::start)
          .isInstanceOf(StartException.class)
          .hasMessageContaining(directory.toString())
          .hasMessageContaining("or use another data directory");
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "in the way");

    assertThatThrownBy(() -> TestServers.start("mapped", file.resolve("data"), Map.of()))
        .isInstanceOf(StartException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("--data-dir");
  }

  private MillraceServer start() {
    return TestServers.start("mapped", directory, Map.of());
  }
}
