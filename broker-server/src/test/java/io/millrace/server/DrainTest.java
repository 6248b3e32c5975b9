package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.CreateTopicRequest;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
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
    closed.orTimeout(120, TimeUnit.SECONDS).join();
  }

  @Test
  void whatIsUnderWayIsAnsweredBeforeTheEnd() {
    MillraceServer server = TestServers.start(Map.of());
    CompletableFuture<Void> closed;
    try (WireClient client = WireClient.hello(server.port())) {
      TopicInfo topic =
          client.ask(new CreateTopicRequest("t", 1, Map.of()), TopicResponse.class).topic();
      List<Integer> sent = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        sent.add(client.produce(topic.id(), 0, AckLevel.SYNCED, TestServers.batch("s", "v" + i)));
      }
      // The first answer shows that the broker has begun with the rest.
      client.answerTo(sent.get(0), ProduceResponse.class);
      closed = CompletableFuture.runAsync(server::close);

      Answers answers = answersUntilTheEnd(client, sent.subList(1, sent.size()));

      // Only the requests after the GO_AWAY are refused, and every earlier one is answered.
      assertThat(answers.receipts() + answers.refusals()).isLessThanOrEqualTo(sent.size() - 1);
      assertThat(answers.wentAway()).isTrue();
    }
    closed.orTimeout(120, TimeUnit.SECONDS).join();
  }

  private record Answers(int receipts, int refusals, boolean wentAway) {}

  private static Answers answersUntilTheEnd(WireClient client, List<Integer> expected) {
    int receipts = 0;
    int refusals = 0;
    boolean wentAway = false;
    for (WireClient.Received each = client.receiveOrEnd();
        each != null;
        each = client.receiveOrEnd()) {
      if (each.push() != null) {
        assertThat(((GoAwayPush) each.push()).code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        wentAway = true;
      } else if (each.response() instanceof ErrorResponse refusal) {
        assertThat(refusal.code()).isEqualTo(ErrorCode.SHUTTING_DOWN);
        refusals++;
      } else {
        assertThat(each.response()).isInstanceOf(ProduceResponse.class);
        assertThat(each.correlationId()).isEqualTo(expected.get(receipts));
        receipts++;
      }
    }
    return new Answers(receipts, refusals, wentAway);
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
