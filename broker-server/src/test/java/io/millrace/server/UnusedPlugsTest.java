package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.StartKind;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.SubscribeResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A start loads no class of a listener that is not enabled, of an engine that is not used, or of
 * TLS without a certificate.
 */
@Timeout(300)
class UnusedPlugsTest {

  @TempDir Path directory;

  /** The process that the test watches: starts a server in memory without HTTP. */
  static final class Start {

    private Start() {}

    public static void main(String[] args) {
      try (MillraceServer server = TestServers.start(Map.of("http.enabled", "false"));
          WireClient client = WireClient.hello(server.port())) {
        produceAndSubscribe(client);
      }
    }

    private static void produceAndSubscribe(WireClient client) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("rides", 1, Map.of()), TopicResponse.class).topic();
      client.answerTo(
          client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "a")),
          ProduceResponse.class);
      client.ask(
          new SubscribeRequest(
              1, topic.id(), 0, StartKind.EARLIEST, 0, IsolationLevel.DURABLE, 1000, List.of()),
          SubscribeResponse.class);
      client.push(DeliverPush.class);
    }
  }

  @Test
  void onlyTheirProvidersAreLoaded() throws IOException, InterruptedException {
    Path loaded = directory.resolve("loaded");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xlog:class+load:file=" + loaded,
                "-cp",
                System.getProperty("java.class.path"),
                Start.class.getName())
            .inheritIO()
            .start();
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();

    List<String> log = Files.readAllLines(loaded);
    assertThat(log).anyMatch(line -> line.contains(" io.millrace.server.nativeprotocol.Native"));
    assertThat(classesIn("io.millrace.server.quota.", log)).isEmpty();
    assertThat(classesIn("io.millrace.server.", log))
        .filteredOn(name -> name.contains("Quota"))
        .allMatch(name -> name.startsWith("io.millrace.server.settings.QuotaSettings"));
    assertThat(classesIn("io.millrace.server.audit.", log)).isEmpty();
    assertThat(classesIn("io.millrace.server.security.oidc.", log)).isEmpty();
    assertThat(classesIn("com.nimbusds.", log)).isEmpty();
    assertThat(log).noneMatch(line -> line.contains(" io.millrace.core.AuditTopicWriter"));
    assertThat(classesIn("io.millrace.server.authentication.", log)).isEmpty();
    assertThat(classesIn("io.millrace.security.scram.", log)).isEmpty();
    assertThat(classesIn("io.millrace.server.", log))
        .doesNotContain(
            "io.millrace.server.security.AccessStore",
            "io.millrace.server.nativeprotocol.ConnectionLogin",
            "io.millrace.server.security.PolicyAuthorizer",
            "io.millrace.server.metrics.AuthenticationMeters");
    assertThat(classesIn("io.millrace.security.", log))
        .doesNotContain(
            "io.millrace.security.Policy",
            "io.millrace.security.AllowedSources",
            "io.millrace.security.AccessState");
    assertThat(classesIn("io.millrace.server.tls.", log)).isEmpty();
    assertThat(classesIn("io.netty.handler.ssl.", log)).isEmpty();
    assertThat(classesIn("io.netty.internal.tcnative.", log)).isEmpty();
    assertThat(classesIn("io.millrace.server.http.", log))
        .containsExactly("io.millrace.server.http.HttpListenerProvider");
    assertThat(classesIn("io.millrace.storage.mapped.", log))
        .containsExactly(
            "io.millrace.storage.mapped.MappedStorageProvider",
            "io.millrace.storage.mapped.MappedStorageProvider$Engine");
  }

  private static List<String> classesIn(String prefix, List<String> log) {
    return log.stream()
        .flatMap(line -> List.of(line.split(" ")).stream())
        .filter(word -> word.startsWith(prefix))
        .toList();
  }
}
