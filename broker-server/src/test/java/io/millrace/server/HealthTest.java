package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.TopicResponse;
import io.millrace.server.status.Health;
import io.millrace.server.status.StatusPage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthTest {

  @Test
  void aRecoveringBrokerTellsHowFarItHasCome() {
    Health health = new Health(List.of());
    health.recovering(3, 400);

    StatusPage ready = health.readiness();

    assertThat(ready.status()).isEqualTo(503);
    assertThat(new String(ready.body(), StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "{\"status\":\"recovering\",\"partitionsOpened\":3,\"partitionsTotal\":400}");
    assertThat(health.live().status()).isEqualTo(200);
  }

  @Test
  void aBrokerWhoseFreeSpaceIsUnknownIsReady(@TempDir Path temporary) throws IOException {
    Path data = temporary.resolve("data");
    Path elsewhere = temporary.resolve("elsewhere");
    try (MillraceServer server = TestServers.start("mapped", data, Map.of())) {
      Files.move(data, elsewhere);
      HttpResponse<String> ready;
      try {
        ready = awaitReady(server, body -> body.contains("\"usableBytes\":null"));
      } finally {
        Files.move(elsewhere, data);
      }

      assertThat(ready.statusCode()).isEqualTo(200);
      assertThat(ready.body())
          .isEqualToIgnoringNewLines(
              "{\"status\":\"ready\",\"diskFull\":false,\"usableBytes\":null,\"usableFiles\":null,"
                  + "\"failedPartitions\":[],\"failedGroups\":[],\"shortages\":[],\"damage\":[],"
                  + "\"failedPartitionsTotal\":0,\"damageTotal\":0,\"findings\":[],"
                  + "\"insecureListeners\":[],\"problems\":[]}");
      awaitReady(server, body -> !body.contains("\"usableBytes\":null"));
    }
  }

  /** The broker asks for the free space once a second. */
  private static HttpResponse<String> awaitReady(MillraceServer server, Predicate<String> body) {
    return Awaitility.await()
        .atMost(120, TimeUnit.SECONDS)
        .until(() -> Metrics.get(server, "/health/ready"), ready -> body.test(ready.body()));
  }

  @Test
  void aDrainingBrokerIsLiveAndNotReady() {
    MillraceServer server =
        TestServers.start(
            Map.of("connections.drainTimeout", "10m", "connections.writeStallTimeout", "10m"));
    CompletableFuture<Void> closed;
    try (WireClient deaf = WireClient.helloWithSmallWindow(server.port())) {
      for (int i = 0; i < 10; i++) {
        deaf.ask(new CreateTopicRequest("t" + i, 20, Map.of()), TopicResponse.class);
      }
      while (Metrics.value(server, "millrace_connections_unsent_bytes") == 0) {
        deaf.send(new ListTopicsRequest());
      }
      assertThat(Metrics.get(server, "/health/ready").statusCode()).isEqualTo(200);
      closed = CompletableFuture.runAsync(server::close);

      // The broker waits for the client, which does not read its answers.
      Awaitility.await()
          .atMost(120, TimeUnit.SECONDS)
          .until(() -> Metrics.get(server, "/health/ready").statusCode() == 503);
      HttpResponse<String> ready = Metrics.get(server, "/health/ready");
      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(ready.body()).isEqualToIgnoringNewLines("{\"status\":\"draining\"}");
      assertThat(Metrics.get(server, "/health/live").statusCode()).isEqualTo(200);
    }
    Awaitility.await().atMost(120, TimeUnit.SECONDS).until(closed::isDone);
  }
}
