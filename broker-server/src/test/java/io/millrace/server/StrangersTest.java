package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.PingRequest;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients without a credential cannot keep those out that have one. */
@Timeout(300)
class StrangersTest {

  private static final String ATTACKER = "127.0.0.2";
  private static final int ATTEMPTS = 400;

  private static MillraceServer start(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(changes);
    settings.put("security.authentication", "required");
    settings.put("connections.handshakeTimeout", "1h");
    MillraceServer server = TestServers.start(settings);
    AccessUsers.of(server).add("alice", "pencil", "viewer");
    return server;
  }

  @Test
  void clientsThatNeverLogInHoldAQuarterOfTheConnections() {
    try (MillraceServer server = start(Map.of("limits.maxConnections", "40"));
        WireClient served = WireLogin.loggedIn(server.port(), "alice", "pencil")) {
      Deque<WireClient> strangers = new ArrayDeque<>();
      for (int i = 0; i < ATTEMPTS; i++) {
        strangers.add(WireClient.connectFrom(ATTACKER, server.port()));
        if (strangers.size() > 100) {
          strangers.remove().close();
        }
        if (i % 100 == 0) {
          WireLogin.loggedIn(server.port(), "alice", "pencil").close();
        }
      }

      assertServed(served);
      String token = AccessUsers.of(server).token("alice", 0);
      assertThat(Metrics.value(server, token, "millrace_listener_connections{listener=\"native\"}"))
          .isLessThanOrEqualTo(10 + 1);
      strangers.forEach(WireClient::close);
    }
  }

  @Test
  void strangerWhosePlaceAnotherNeedsIsToldWhy() {
    try (MillraceServer server = start(Map.of("limits.maxConnections", "4"));
        WireClient first = WireLogin.connected(server.port());
        WireClient second = WireLogin.loggedIn(server.port(), "alice", "pencil")) {
      GoAwayPush goAway = first.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
      assertThat(goAway.message())
          .isEqualTo(
              "the broker has 1 connections of clients without a credential, a quarter of"
                  + " limits.maxConnections; this connection was not served yet when another one"
                  + " needed its place");
      assertServed(second);
    }
  }

  @Test
  void guessesAreSlowedDownAndOthersAreNot() {
    try (MillraceServer server = start(Map.of())) {
      for (int i = 0; i < ATTEMPTS; i++) {
        try (WireClient attacker = WireClient.connectFrom(ATTACKER, server.port())) {
          attacker.send(2, new HelloRequest("attacker", "", List.of("TOKEN")));
          attacker.send(new AuthenticateRequest("TOKEN", Unpooled.wrappedBuffer(new byte[60])));
        }
        if (i % 100 == 99) {
          WireLogin.loggedIn(server.port(), "alice", "pencil").close();
        }
      }

      String token = AccessUsers.of(server).token("alice", 0);
      Awaitility.await()
          .atMost(TestServers.LIMIT)
          .until(() -> Metrics.value(server, token, attempts("delayed")) > ATTEMPTS * 9 / 10);
      assertThat(Metrics.value(server, token, attempts("failure"))).isBetween(10.0, 40.0);
    }
  }

  @Test
  void blockedAttemptIsRefusedLaterAndNotChecked() {
    try (MillraceServer server = start(Map.of())) {
      for (int i = 0; i < 11; i++) {
        try (WireClient attacker = WireClient.connectFrom(ATTACKER, server.port())) {
          WireLogin.hello(attacker);
          assertThat(WireLogin.message(attacker, "TOKEN", "wrong"))
              .isInstanceOf(ErrorResponse.class);
        }
      }
      String right = AccessUsers.of(server).token("alice", 0);
      try (WireClient blocked = WireClient.connectFrom(ATTACKER, server.port())) {
        WireLogin.hello(blocked);
        int attempt =
            blocked.send(
                new AuthenticateRequest(
                    "TOKEN", Unpooled.copiedBuffer(right, StandardCharsets.US_ASCII)));
        int ping = blocked.send(new PingRequest());

        blocked.answerTo(attempt, ErrorResponse.class);
        // It was not read before that: one request at a time.
        blocked.answerTo(ping, EmptyResponse.class);
        // The block is over when the answer comes.
        assertThat(WireLogin.message(blocked, "TOKEN", right))
            .isInstanceOf(AuthenticateResponse.class);
      }
      assertThat(Metrics.value(server, right, attempts("delayed"))).isEqualTo(1);
    }
  }

  private static String attempts(String result) {
    return "millrace_authentications_total{mechanism=\"TOKEN\",result=\"" + result + "\"}";
  }

  private static void assertServed(WireClient client) {
    client.ask(new ListTopicsRequest(), ListTopicsResponse.class);
  }
}
