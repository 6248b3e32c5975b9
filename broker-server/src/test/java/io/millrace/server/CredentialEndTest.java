package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BrokerClock;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.PingRequest;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What ends a login, or keeps it from beginning. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class CredentialEndTest {

  private static final Map<String, String> REQUIRED = Map.of("security.authentication", "required");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-12-01T12:00:00Z"));

  @TempDir Path directory;

  private MillraceServer start() {
    MillraceServer server =
        MillraceServer.start(
            TestServers.config(REQUIRED), BrokerClock.of(now::get, System::nanoTime));
    AccessUsers.of(server).add("alice", "pencil");
    return server;
  }

  private long inSeconds(int seconds) {
    return EpochMicros.of(now.get().plusSeconds(seconds));
  }

  @Test
  void connectionEndsHalfAMinuteAfterItsCredential() {
    try (MillraceServer server = start();
        WireClient client = WireLogin.connected(server.port())) {
      long expires = inSeconds(60);
      AuthenticateResponse done =
          (AuthenticateResponse)
              WireLogin.message(client, "TOKEN", AccessUsers.of(server).token("alice", expires));
      assertThat(done.login().orElseThrow().expiresAtMicros()).isEqualTo(expires);

      now.set(now.get().plusSeconds(89));
      assertServed(client);
      now.set(now.get().plusSeconds(1));

      GoAwayPush goAway = client.goAway();
      assertThat(goAway.code()).isEqualTo(ErrorCode.CREDENTIAL_EXPIRED);
    }
  }

  @Test
  void renewedConnectionLivesOn() {
    try (MillraceServer server = start();
        WireClient client = WireLogin.connected(server.port())) {
      AccessUsers users = AccessUsers.of(server);
      WireLogin.message(client, "TOKEN", users.token("alice", inSeconds(60)));
      now.set(now.get().plusSeconds(80));

      assertThat(WireLogin.message(client, "TOKEN", users.token("alice", inSeconds(60))))
          .isInstanceOf(AuthenticateResponse.class);

      now.set(now.get().plusSeconds(80));
      assertServed(client);
    }
  }

  @Test
  void clientThatDoesNotAuthenticateInTimeIsSentAway() {
    try (MillraceServer server =
            TestServers.start(
                Map.of(
                    "security.authentication", "required",
                    "connections.handshakeTimeout", "100ms"));
        WireClient client = WireLogin.connected(server.port())) {
      GoAwayPush goAway = client.goAway();

      assertThat(goAway.code()).isEqualTo(ErrorCode.HANDSHAKE_TIMEOUT);
      assertThat(goAway.message()).startsWith("received no valid credential within 100ms");
    }
  }

  @Test
  void brokerWithoutAuthenticationRefusesACredential() {
    try (MillraceServer server = TestServers.start(Map.of());
        WireClient client = WireClient.hello(server.port())) {
      ErrorResponse refusal =
          client.refusalOf(new AuthenticateRequest("TOKEN", Unpooled.EMPTY_BUFFER));

      assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
      assertThat(refusal.message()).contains("this broker requires no credential");
      client.ask(new PingRequest(), EmptyResponse.class);
    }
  }

  @Test
  void usersAreThereAfterARestart() {
    Map<String, String> mapped = Map.of("security.authentication", "required");
    try (MillraceServer server = TestServers.start("mapped", directory, mapped)) {
      AccessUsers.of(server).add("alice", "pencil");
    }
    try (MillraceServer server = TestServers.start("mapped", directory, mapped);
        WireClient client = WireLogin.loggedIn(server.port(), "alice", "pencil")) {
      assertServed(client);
    }
  }

  @Test
  void brokerWithDamagedUsersDoesNotStartUntilTheyAreMovedAway() throws IOException {
    Map<String, String> mapped = Map.of("security.authentication", "required");
    TestServers.start("mapped", directory, mapped).close();
    Path state = directory.resolve("states").resolve("access.state");
    Path copy = directory.resolve("states").resolve("access.copy");
    Files.write(state, new byte[100]);
    Files.write(copy, new byte[100]);

    assertThatThrownBy(() -> TestServers.start("mapped", directory, mapped))
        .isInstanceOf(StartException.class)
        .hasMessageContaining("move the files states/access.state and states/access.copy away")
        .hasMessageContaining("millrace user add");

    // Nobody needs them without authentication.
    TestServers.start("mapped", directory, Map.of()).close();
    Files.delete(state);
    Files.delete(copy);
    TestServers.start("mapped", directory, mapped).close();
  }

  private static void assertServed(WireClient client) {
    client.ask(new ListTopicsRequest(), ListTopicsResponse.class);
  }
}
