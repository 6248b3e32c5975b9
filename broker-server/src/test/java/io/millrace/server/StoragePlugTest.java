package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.toy.Toys;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A third storage engine is found and configured, and the server is not changed for it. */
@ExtendWith(NoLeaks.class)
class StoragePlugTest {

  @Test
  void theServerStoresWithAnEngineThatItDoesNotKnow() {
    ServerConfig config =
        withToys(Map.of("storage.engine", "toy", "storage.toy.capacityBytes", "64KiB"));
    assertThat(config.storage().engine().location(config.dataDir())).isEqualTo("a toy");

    try (MillraceServer server = MillraceServer.start(config);
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();
      int small = client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "v"));
      client.answerTo(small, ProduceResponse.class);

      int large =
          client.produce(
              topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "v".repeat(64 << 10)));
      assertThat(client.answerTo(large, ErrorResponse.class).code()).isEqualTo(ErrorCode.DISK_FULL);
    }
  }

  @Test
  void itsSettingsAreKnownWhileAnotherEngineIsUsed() {
    ServerConfig config =
        withToys(Map.of("storage.engine", "memory", "storage.toy.capacityBytes", "64KiB"));

    assertThat(config.storage().engineName()).isEqualTo("memory");
  }

  @Test
  void itsSettingsAreCheckedAsAllOthers() {
    assertThatThrownBy(() -> withToys(Map.of("storage.toy.capacityByte", "64KiB")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("did you mean 'storage.toy.capacityBytes'?");
    assertThatThrownBy(() -> withToys(Map.of("storage.toy.capacityBytes", "1B")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "command line storage.toy.capacityBytes=1B: storage.toy.capacityBytes is 1B;"
                + " expected 1KiB to 1GiB");
  }

  @Test
  void withoutItsJarItsNameIsRefused() {
    assertThatThrownBy(() -> TestServers.config(Map.of("storage.engine", "toy")))
        .isInstanceOf(ConfigException.class)
        .hasMessageEndingWith("storage.engine is 'toy'; expected mapped or memory");
  }

  private static ServerConfig withToys(Map<String, String> settings) {
    return Toys.installed(() -> TestServers.config(settings));
  }
}
