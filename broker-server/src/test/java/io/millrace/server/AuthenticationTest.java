package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AuthenticateRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.LoginInfo;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A broker that requires a credential, over sockets. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class AuthenticationTest {

  private static MillraceServer server;
  private static AccessUsers users;

  @BeforeAll
  static void start() {
    server =
        TestServers.start(
            Map.of("security.authentication", "required", "connections.handshakeTimeout", "1h"));
    users = AccessUsers.of(server).add("alice", "pencil", "viewer").add("al=ice,bob", "pencil");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SCRAM-SHA-256", "SCRAM-SHA-512"})
  void passwordIsProved(String mechanism) {
    try (WireClient client = WireLogin.connected(server.port())) {
      Response done = WireLogin.scram(client, mechanism, "alice", "pencil");

      LoginInfo login = ((AuthenticateResponse) done).login().orElseThrow();
      assertThat(login.principal()).isEqualTo("alice");
      assertThat(login.expiresAtMicros()).isZero();
      assertThat(login.broker().apis()).isEqualTo(SupportedVersions.ofThisBuild().toList());
      assertServed(client);
    }
  }

  @Test
  void userMayHaveTheCharactersThatScramEscapes() {
    try (WireClient client = WireLogin.loggedIn(server.port(), "al=ice,bob", "pencil")) {
      assertServed(client);
    }
  }

  @Test
  void helloSaysNothingButTheMechanisms() {
    try (WireClient client = WireLogin.stranger(server.port())) {
      HelloResponse hello = WireLogin.hello(client);

      // Without TLS there is no channel binding; the socket is on loopback, so tokens are accepted.
      assertThat(hello.mechanisms()).containsExactly("SCRAM-SHA-256", "SCRAM-SHA-512", "TOKEN");
      assertThat(hello.principal()).isEmpty();
      assertThat(hello.broker()).isEmpty();
    }
  }

  @Test
  void oldHelloIsRefusedWithWhatToDo() {
    try (WireClient client = WireLogin.stranger(server.port())) {
      ErrorResponse refusal = client.refusalOf(new HelloRequest("me", ""));

      assertThat(refusal.code()).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
      assertThat(refusal.message()).contains("use a newer client and set a user and password");
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
    }
  }

  @Test
  void otherRequestBeforeTheCredentialEndsTheConnection() {
    try (WireClient client = WireLogin.connected(server.port())) {
      client.ask(new PingRequest(), EmptyResponse.class);
      ErrorResponse refusal = client.refusalOf(new ListTopicsRequest());

      assertThat(refusal.code()).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_REQUIRED);
    }
  }

  @Test
  void everyWrongCredentialGetsTheSameAnswer() {
    users.add("carol", "eraser").disable("carol");
    try (WireClient client = WireLogin.connected(server.port());
        WireClient other = WireLogin.connected(server.port())) {
      Response wrongPassword = WireLogin.scram(client, "SCRAM-SHA-256", "alice", "pen");
      Response unknownUser = WireLogin.scram(client, "SCRAM-SHA-256", "mallory", "pen");
      Response disabledUser = WireLogin.scram(other, "SCRAM-SHA-256", "carol", "eraser");
      Response unknownToken = WireLogin.message(other, "TOKEN", "mrt_nothing");

      assertThat(((ErrorResponse) wrongPassword).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
      assertThat(wrongPassword)
          .isEqualTo(unknownUser)
          .isEqualTo(disabledUser)
          .isEqualTo(unknownToken);
    }
  }

  @Test
  void thirdFailureEndsTheConnection() {
    try (WireClient client = WireLogin.connected(server.port())) {
      for (int i = 0; i < 3; i++) {
        assertThat(WireLogin.message(client, "TOKEN", "wrong")).isInstanceOf(ErrorResponse.class);
      }

      assertThat(client.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }
  }

  @Test
  void clientMayTryAgainAfterAFailure() {
    try (WireClient client = WireLogin.connected(server.port())) {
      assertThat(WireLogin.scram(client, "SCRAM-SHA-256", "alice", "pen"))
          .isInstanceOf(ErrorResponse.class);

      assertThat(WireLogin.scram(client, "SCRAM-SHA-256", "alice", "pencil"))
          .isInstanceOf(AuthenticateResponse.class);
      assertServed(client);
    }
  }

  @Test
  void tokenLogsIn() {
    String token = users.token("alice", 0);
    try (WireClient client = WireLogin.connected(server.port())) {
      Response done = WireLogin.message(client, "TOKEN", token);

      assertThat(((AuthenticateResponse) done).login().orElseThrow().principal())
          .isEqualTo("alice");
      assertServed(client);
    }
  }

  @Test
  void expiredTokenIsRefused() {
    String token = users.token("alice", 1);
    try (WireClient client = WireLogin.connected(server.port())) {
      assertThat(WireLogin.message(client, "TOKEN", token)).isInstanceOf(ErrorResponse.class);
    }
  }

  @Test
  void revokedTokenEndsItsConnections() {
    String token = users.token("alice", 0);
    try (WireClient client = WireLogin.connected(server.port());
        WireClient other = WireLogin.loggedIn(server.port(), "alice", "pencil")) {
      WireLogin.message(client, "TOKEN", token);

      users.revokeAll();

      GoAwayPush goAway = client.goAway();
      assertThat(goAway.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
      assertThat(goAway.message()).contains("the token was revoked");
      assertServed(other);
    }
  }

  @Test
  void disabledAndRemovedUsersAreSentAway() {
    users.add("dave", "pencil").add("erin", "pencil");
    try (WireClient dave = WireLogin.loggedIn(server.port(), "dave", "pencil");
        WireClient erin = WireLogin.loggedIn(server.port(), "erin", "pencil")) {
      users.disable("dave");
      users.remove("erin");

      assertThat(dave.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
      assertThat(erin.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }
  }

  @Test
  void sameUserMayRenewAndAnotherMayNot() {
    try (WireClient client = WireLogin.loggedIn(server.port(), "alice", "pencil")) {
      assertThat(WireLogin.scram(client, "SCRAM-SHA-512", "alice", "pencil"))
          .isInstanceOf(AuthenticateResponse.class);
      assertServed(client);

      Response other = WireLogin.scram(client, "SCRAM-SHA-256", "al=ice,bob", "pencil");

      assertThat(((ErrorResponse) other).message()).contains("another principal");
      assertThat(client.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }
  }

  @Test
  void longFrameOfAStrangerIsNotRead() {
    try (WireClient client = WireLogin.stranger(server.port());
        WireClient greeted = WireLogin.connected(server.port())) {
      client.sendRaw(new byte[] {1, 64, 0, 0});
      greeted.sendRaw(new byte[] {1, 64, 0, 0});

      for (WireClient each : new WireClient[] {client, greeted}) {
        GoAwayPush goAway = each.goAway();
        assertThat(goAway.code()).isEqualTo(ErrorCode.FRAME_TOO_LARGE);
        assertThat(goAway.message())
            .isEqualTo(
                "the frame has 16385 bytes; the limit is 16384 until the client is authenticated");
      }
    }
  }

  @Test
  void pipelinedMessagesAreAnsweredInTheirOrder() {
    String token = users.token("alice", 0);
    try (WireClient client = WireLogin.connected(server.port())) {
      int ping = client.send(new PingRequest());
      int login =
          client.send(
              new AuthenticateRequest(
                  "TOKEN", Unpooled.copiedBuffer(token, StandardCharsets.UTF_8)));
      int list = client.send(new ListTopicsRequest());

      client.answerTo(ping, EmptyResponse.class);
      client.answerTo(login, AuthenticateResponse.class);
      client.answerTo(list, ListTopicsResponse.class);
    }
  }

  @Test
  void resultsAreCounted() {
    String token = users.token("alice", 0);
    String failures =
        "millrace_authentications_total{mechanism=\"SCRAM-SHA-512\",result=\"failure\"}";
    double before = Metrics.value(server, token, failures);
    try (WireClient client = WireLogin.connected(server.port())) {
      WireLogin.scram(client, "SCRAM-SHA-512", "alice", "pen");
    }

    assertThat(Metrics.value(server, token, failures)).isEqualTo(before + 1);
  }

  private static void assertServed(WireClient client) {
    client.ask(new ListTopicsRequest(), ListTopicsResponse.class);
  }
}
