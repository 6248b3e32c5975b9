package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.PingRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that exceeds a timeout gets the reason, and its connection is closed. */
@ExtendWith(NoLeaks.class)
class ConnectionTimeoutsTest {

  @Test
  void aClientThatConnectsAndSaysNothingIsSentAway() {
    try (MillraceServer server =
            TestServers.start(Map.of("connections.handshakeTimeout", "200ms"));
        WireClient client = WireClient.connect(server.port())) {
      long startNanos = System.nanoTime();

      GoAwayPush goAway = client.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT);
      assertThat(goAway.message()).contains("200ms", "connections.handshakeTimeout");
      assertThat(System.nanoTime() - startNanos).isGreaterThan(150_000_000);
    }
  }

  @Test
  void halfAHelloIsNoHello() {
    try (MillraceServer server =
            TestServers.start(Map.of("connections.handshakeTimeout", "200ms"));
        WireClient client = WireClient.connect(server.port())) {
      client.sendRaw(new byte[] {100, 0, 0, 0, 0, 1});

      assertThat(client.goAway().code()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT);
    }
  }

  @Test
  void aClientThatFallsSilentIsSentAway() {
    try (MillraceServer server = TestServers.start(Map.of("connections.idleTimeout", "2s"));
        WireClient client = WireClient.hello(server.port())) {
      client.ask(new PingRequest(), EmptyResponse.class);

      GoAwayPush goAway = client.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.IDLE_TIMEOUT);
      assertThat(goAway.message()).contains("2s", "connections.idleTimeout");
    }
  }

  @Test
  void aConnectionOverTheLimitIsSentAway() {
    try (MillraceServer server = TestServers.start(Map.of("limits.maxConnections", "1"));
        WireClient first = WireClient.hello(server.port());
        WireClient second = WireClient.connect(server.port())) {
      GoAwayPush goAway = second.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
      assertThat(goAway.message()).contains("1 connections", "limits.maxConnections");
      first.ask(new PingRequest(), EmptyResponse.class);
    }
  }

  @Test
  void whoWasSentAwayAndLingersTakesNobodysPlace() {
    try (MillraceServer server = TestServers.start(Map.of("limits.maxConnections", "1"))) {
      WireClient first = WireClient.hello(server.port());
      try (WireClient lingering = WireClient.connect(server.port())) {
        assertThat(lingering.goAway().code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
        first.close();
        Metrics.await(server, "millrace_connections", open -> open <= 1);

        try (WireClient next = WireClient.hello(server.port())) {
          next.ask(new PingRequest(), EmptyResponse.class);
        }
      }
    }
  }
}
