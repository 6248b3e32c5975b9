package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicResponse;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A broker that stops answers the requests in flight. */
@ExtendWith(NoLeaks.class)
@Timeout(300)
class DrainTest {

  @Test
  void everyClientIsToldToGo() {
    MillraceServer server = TestServers.start(Map.of());
    CompletableFuture<Void> closed;
    try (WireClient idle = WireClient.hello(server.port());
        WireClient silent = WireClient.connect(server.port())) {
      Metrics.await(server, "millrace_connections", connections -> connections == 2);
      closed = CompletableFuture.runAsync(server::close);

      GoAwayPush goAway = idle.goAway();
      assertThat(goAway.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
      assertThat(goAway.message()).contains("reconnect");
      assertThat(silent.goAway().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }
    closed.orTimeout(TestServers.LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Test
  void whatIsUnderWayIsAnsweredBeforeTheEnd() {
    try (HeldStorage storage = new HeldStorage();
        MillraceServer server =
            TestServers.start(storage, Map.of("connections.drainTimeout", "60s"));
        WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();
      storage.hold();
      List<Integer> inFlight = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        inFlight.add(
            client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "v" + i)));
      }
      // The broker takes requests in their order, so all of them are in flight now.
      client.ask(new PingRequest(), EmptyResponse.class);
      CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
      assertThat(client.push(GoAwayPush.class).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);

      int late = client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "late"));
      assertThat(client.answerTo(late, ErrorResponse.class).code())
          .isEqualTo(ErrorCode.SHUTTING_DOWN);
      storage.release();

      assertThat(receiptsUntilTheEnd(client)).isEqualTo(inFlight);
      closed.orTimeout(TestServers.LIMIT.toSeconds(), TimeUnit.SECONDS).join();
    }
  }

  /** The requests that are answered with a receipt, in the order of the answers. */
  private static List<Integer> receiptsUntilTheEnd(WireClient client) {
    List<Integer> answered = new ArrayList<>();
    for (WireClient.Received each = client.receiveOrEnd();
        each != null;
        each = client.receiveOrEnd()) {
      assertThat(each.response()).isInstanceOf(ProduceResponse.class);
      answered.add(each.correlationId());
    }
    return answered;
  }

  @Test
  void aClientThatDoesNotGoIsDroppedAfterTheDrainTimeout() {
    MillraceServer server = TestServers.start(Map.of("connections.drainTimeout", "200ms"));
    try (WireClient stubborn = WireClient.hello(server.port())) {
      server.close();

      assertThat(stubborn.goAway().code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
    }
  }

  @Test
  void nobodyConnectsToABrokerThatIsClosed() {
    MillraceServer server = TestServers.start(Map.of());
    int port = server.port();
    server.close();

    assertThatThrownBy(() -> WireClient.connect(port))
        .hasRootCauseInstanceOf(ConnectException.class);
  }
}
