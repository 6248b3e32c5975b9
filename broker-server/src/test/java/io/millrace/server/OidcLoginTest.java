package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AddRulesResponse;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.CreateUserResponse;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.DeleteUserResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.LoginInfo;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifierText;
import io.millrace.security.scram.PasswordVerifier;
import io.millrace.server.authentication.BearerLogin;
import io.millrace.server.security.oidc.TestIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Clients log in with tokens of an identity provider, and the audit log says so. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class OidcLoginTest {

  @TempDir Path directory;

  private final Logger logger =
      ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger("millrace.audit");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    logger.setAdditive(false);
    logger.setLevel(Level.INFO);
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(lines);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  private MillraceServer start() throws Exception {
    Path jwks = directory.resolve("jwks.json");
    Files.writeString(jwks, TestIssuer.jwks(TestIssuer.ecJwk("ec")));
    return TestServers.start(
        Map.of(
            "security.authentication",
            "required",
            "security.oidc.issuer",
            TestIssuer.ISSUER,
            "security.oidc.audience",
            TestIssuer.AUDIENCE,
            "security.oidc.rolesClaim",
            "groups",
            "security.oidc.jwks",
            jwks.toString()));
  }

  private static String token(String principal, Instant expiresAt, String... roles) {
    String claims =
        "{"
            + TestIssuer.claims()
                .replace("alice", principal)
                .replaceAll("\"exp\":\\d+", "\"exp\":" + expiresAt.getEpochSecond())
            + ",\"groups\":\""
            + String.join(" ", roles)
            + "\"}";
    return TestIssuer.es256(TestIssuer.header("ES256", "ec"), claims);
  }

  private static Response login(WireClient client, String token) {
    return WireLogin.message(
        client, BearerLogin.NAME, new String(BearerLogin.message(token), StandardCharsets.UTF_8));
  }

  private List<String> logins() {
    return linesWith("\"operation\":\"login\"");
  }

  private List<String> linesWith(String text) {
    return lines.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(text))
        .toList();
  }

  @Test
  void aTokenLogsInAndRenewsAndAWrongOneDoesNot() throws Exception {
    Instant soon = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 300);
    String expired = token("mallory", soon.minusSeconds(1000));
    try (MillraceServer server = start();
        WireClient client = WireLogin.connected(server.port());
        WireClient other = WireLogin.connected(server.port())) {
      LoginInfo login =
          ((AuthenticateResponse) login(client, token("alice", soon))).login().orElseThrow();
      assertThat(login.principal()).isEqualTo("alice");
      assertThat(login.expiresAtMicros()).isEqualTo(soon.getEpochSecond() * 1_000_000);
      client.ask(new PingRequest(), EmptyResponse.class);
      LoginInfo renewed =
          ((AuthenticateResponse) login(client, token("alice", soon.plusSeconds(60))))
              .login()
              .orElseThrow();
      assertThat(renewed.expiresAtMicros()).isGreaterThan(login.expiresAtMicros());

      ErrorResponse refusal = (ErrorResponse) login(other, expired);
      assertThat(refusal.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
      assertThat(refusal.message()).doesNotContain("expired");
    }
    assertThat(logins()).hasSize(3);
    assertThat(logins().get(0))
        .contains(
            "\"resource\":\"broker\",\"result\":\"allowed\",\"code\":null,\"principal\":\"alice\","
                + "\"mechanism\":\"OAUTHBEARER\",\"address\":\"127.1.");
    assertThat(logins().get(1))
        .contains(
            "\"result\":\"denied\",\"code\":\"AUTHENTICATION_FAILED\",\"principal\":null,"
                + "\"mechanism\":\"OAUTHBEARER\"",
            "\"reason\":\"expired at ");
    assertThat(logins().get(2))
        .as("the renewal")
        .contains("\"principal\":\"alice\"", "\"times\":1}");
    assertThat(String.join("", logins())).doesNotContain(expired);
  }

  @Test
  void theRolesOfATokenCountOnPages() throws Exception {
    Instant soon = Instant.now().plusSeconds(300);
    try (MillraceServer server = start()) {
      assertThat(status(server, "Bearer " + token("alice", soon, "viewer"))).isEqualTo(200);
      assertThat(status(server, "Bearer " + token("bob", soon))).isEqualTo(403);
      assertThat(status(server, "Bearer " + token("bob", soon.minusSeconds(600)))).isEqualTo(401);
    }
    assertThat(logins()).hasSize(3);
    assertThat(linesWith("\"operation\":\"metrics\""))
        .singleElement()
        .asString()
        .contains("\"resource\":\"broker\",\"result\":\"denied\"", "\"principal\":\"bob\"");
  }

  @Test
  void changesOfUsersAreLinesWithTheirRuleAndWithoutPasswords() throws Exception {
    List<String> verifiers =
        List.of(
            ScramVerifierText.format(
                PasswordVerifier.of(ScramMechanism.SHA_256, "pencil".toCharArray())));
    String token = token("alice", Instant.now().plusSeconds(300), "admin");
    try (MillraceServer server = start();
        WireClient client = WireLogin.connected(server.port())) {
      login(client, token);
      client.ask(
          new CreateUserRequest("carol", List.of("producer"), verifiers), CreateUserResponse.class);
      client.ask(
          new AddRulesRequest(List.of(new RuleInfo("carol", "read topic:rides"))),
          AddRulesResponse.class);
      client.ask(new DeleteUserRequest("carol", false), DeleteUserResponse.class);
    }
    assertThat(linesWith("\"operation\":\"createUser\",\"resource\":\"user:carol\""))
        .singleElement()
        .asString()
        .contains(
            "\"result\":\"allowed\"",
            "\"principal\":\"alice\"",
            "\"rule\":\"role:admin admin broker\"",
            "roles=[producer]");
    assertThat(linesWith("addRules").get(0)).contains("carol read topic:rides");
    assertThat(linesWith("deleteUser")).hasSize(1);
    assertThat(linesWith("SCRAM-SHA-256$")).isEmpty();
  }

  private static int status(MillraceServer server, String authorization) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.httpPort() + "/metrics"))
            .header("Authorization", authorization)
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
  }
}
