package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.PingRequest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Some clients cannot take all connections away from the others. */
@ExtendWith(NoLeaks.class)
class ConnectionLimitsTest {

  private static final String SENT_AWAY =
      "millrace_connections_sent_away_total{reason=\"TOO_MANY_CONNECTIONS\"}";

  @Test
  void oneAddressGetsItsShareOnly() {
    try (MillraceServer server =
            TestServers.start(
                Map.of("limits.maxConnections", "3", "limits.maxConnectionsPerAddress", "2"));
        WireClient first = WireClient.helloFrom("127.0.0.2", server.port());
        WireClient second = WireClient.helloFrom("127.0.0.2", server.port());
        WireClient third = WireClient.connectFrom("127.0.0.2", server.port());
        WireClient other = WireClient.helloFrom("127.0.0.3", server.port())) {
      GoAwayPush goAway = third.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
      assertThat(goAway.message())
          .contains("2 connections from 127.0.0.2", "limits.maxConnectionsPerAddress");
      for (WireClient client : new WireClient[] {first, second, other}) {
        client.ask(new PingRequest(), EmptyResponse.class);
      }
      assertThat(Metrics.value(server, SENT_AWAY)).isEqualTo(1);
    }
  }

  @Test
  void theShareOfAnAddressIsHalfByDefault() {
    assertThat(TestServers.config(Map.of()).limits().maxConnectionsPerAddress()).isEqualTo(500);
    assertThat(
            TestServers.config(Map.of("limits.maxConnections", "40"))
                .limits()
                .maxConnectionsPerAddress())
        .isEqualTo(20);
  }

  @Test
  void whoHasNotSaidHelloGivesItsPlaceToTheNext() {
    try (MillraceServer server =
            TestServers.start(
                Map.of(
                    "limits.maxConnections", "2",
                    "limits.maxConnectionsPerAddress", "2",
                    "connections.handshakeTimeout", "1d"));
        WireClient greeted = WireClient.hello(server.port());
        WireClient silent = WireClient.connect(server.port());
        WireClient next = WireClient.hello(server.port())) {
      GoAwayPush goAway = silent.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
      assertThat(goAway.message()).contains("was not served yet");
      greeted.ask(new PingRequest(), EmptyResponse.class);
      next.ask(new PingRequest(), EmptyResponse.class);
      try (WireClient last = WireClient.connect(server.port())) {
        assertThat(last.goAway().code()).isEqualTo(ErrorCode.TOO_MANY_CONNECTIONS);
      }
    }
  }
}
