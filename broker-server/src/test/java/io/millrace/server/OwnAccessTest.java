package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AddRulesResponse;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.AuthenticateResponse;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateTokenResponse;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.DeleteUserResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ListRulesRequest;
import io.millrace.protocol.wire.ListTokensRequest;
import io.millrace.protocol.wire.ListTokensResponse;
import io.millrace.protocol.wire.ListUsersRequest;
import io.millrace.protocol.wire.ListUsersResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TokenInfo;
import io.millrace.protocol.wire.UserSwitch;
import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.protocol.wire.WhoAmIResponse;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import io.millrace.security.ScramVerifierText;
import io.millrace.security.scram.PasswordVerifier;
import io.millrace.server.security.AccessAdministration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What users of a broker with authentication may do about users, tokens and rules. */
@ExtendWith(NoLeaks.class)
class OwnAccessTest {

  private static final String PASSWORD = "correct horse";
  private static final String NEW_PASSWORD = "battery staple";
  private static final long FAR_MICROS = 4_000_000_000_000_000L;

  private MillraceServer server;

  @BeforeEach
  void start() {
    server =
        MillraceServer.start(TestServers.config(Map.of("security.authentication", "required")));
    AccessAdministration access = new AccessAdministration(server.access(), () -> 1);
    access.createUser("root", List.of("admin"), verifiers(PASSWORD));
    access.createUser("anna", List.of("viewer"), verifiers(PASSWORD));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  /** One with few iterations, so that a login costs little. */
  private static List<String> verifiers(String password) {
    ScramVerifier verifier =
        PasswordVerifier.of(
            ScramMechanism.SHA_256,
            password.toCharArray(),
            new byte[16],
            ScramVerifier.MIN_ITERATIONS);
    return List.of(ScramVerifierText.format(verifier));
  }

  private WireClient login(String user) {
    return WireLogin.loggedIn(server.port(), user, PASSWORD);
  }

  private WireClient loginWithToken(String token) {
    WireClient client = WireLogin.connected(server.port());
    assertThat(WireLogin.message(client, "TOKEN", token)).isInstanceOf(AuthenticateResponse.class);
    return client;
  }

  private static AlterUserRequest password(String user) {
    return new AlterUserRequest(
        user, verifiers(NEW_PASSWORD), false, List.of(), UserSwitch.UNCHANGED, false);
  }

  private static CreateTokenRequest token(String user, String... scope) {
    return new CreateTokenRequest("ci", user, FAR_MICROS, List.of(scope));
  }

  private static void assertDenied(WireClient client, Request request) {
    assertThat(client.refusalOf(request).code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
  }

  @Test
  void userChangesItsOwnPasswordAndNothingElse() {
    try (WireClient anna = login("anna")) {
      anna.ask(password("anna"), EmptyResponse.class);

      assertDenied(anna, password("root"));
      assertDenied(
          anna,
          new AlterUserRequest(
              "anna",
              verifiers(NEW_PASSWORD),
              true,
              List.of("admin"),
              UserSwitch.UNCHANGED,
              false));
      assertDenied(
          anna,
          new AlterUserRequest(
              "anna", verifiers(NEW_PASSWORD), false, List.of(), UserSwitch.ENABLE, false));
      assertDenied(
          anna,
          new AlterUserRequest("anna", List.of(), true, List.of(), UserSwitch.UNCHANGED, false));
      assertDenied(anna, new CreateUserRequest("bob", List.of(), List.of()));
      assertDenied(anna, new DeleteUserRequest("anna", true));
      assertDenied(anna, new ListUsersRequest("anna"));
      assertDenied(anna, new ListRulesRequest("anna"));
    }
    try (WireClient anna = WireLogin.loggedIn(server.port(), "anna", NEW_PASSWORD);
        WireClient old = WireLogin.connected(server.port())) {
      assertThat(anna.ask(new WhoAmIRequest(), WhoAmIResponse.class).principal()).isEqualTo("anna");
      assertThat(WireLogin.scram(old, WireLogin.SCRAM, "anna", PASSWORD))
          .isInstanceOf(ErrorResponse.class);
    }
  }

  @Test
  void userHasTokensOfItsOwn() {
    String ofRoot;
    try (WireClient root = login("root")) {
      ofRoot = root.ask(token(""), CreateTokenResponse.class).id();
      root.ask(token("anna"), CreateTokenResponse.class);
    }
    try (WireClient anna = login("anna")) {
      String own = anna.ask(token("", "admin broker"), CreateTokenResponse.class).id();
      assertDenied(anna, token("root"));

      assertThat(anna.ask(new ListTokensRequest(""), ListTokensResponse.class).tokens())
          .hasSize(2)
          .extracting(TokenInfo::user)
          .containsOnly("anna");
      assertThat(anna.ask(new ListTokensRequest("root"), ListTokensResponse.class).tokens())
          .isEmpty();
      assertThat(anna.refusalOf(new RevokeTokenRequest(ofRoot)).code())
          .isEqualTo(ErrorCode.UNKNOWN_TOKEN);
      anna.ask(new RevokeTokenRequest(own), EmptyResponse.class);
    }
  }

  @Test
  void tokenMakesNoTokensAndChangesNoPassword() {
    String token;
    try (WireClient anna = login("anna")) {
      token = anna.ask(token("", "admin broker"), CreateTokenResponse.class).token();
    }
    try (WireClient client = loginWithToken(token)) {
      assertDenied(client, token(""));
      assertDenied(client, password("anna"));
      assertDenied(client, new ListUsersRequest("")); // its user is no administrator
      String id =
          client.ask(new ListTokensRequest(""), ListTokensResponse.class).tokens().get(0).id();
      assertThat(client.refusalOf(new RevokeTokenRequest(id)).code())
          .isEqualTo(ErrorCode.NOT_AUTHORIZED);
    }
  }

  @Test
  void scopeDecidesWhetherATokenOfAnAdministratorAdministers() {
    String narrow;
    String wide;
    try (WireClient root = login("root")) {
      narrow = root.ask(token("", "read topic:*"), CreateTokenResponse.class).token();
      wide = root.ask(token("", "admin broker"), CreateTokenResponse.class).token();
    }
    try (WireClient client = loginWithToken(narrow)) {
      assertDenied(client, token(""));
      assertDenied(client, password("root"));
      assertDenied(client, new ListUsersRequest(""));
    }
    try (WireClient client = loginWithToken(wide)) {
      client.ask(new ListUsersRequest(""), ListUsersResponse.class);
      client.ask(token("anna"), CreateTokenResponse.class);
      client.ask(password("anna"), EmptyResponse.class);
    }
  }

  @Test
  void clientLearnsWhoItIs() {
    String token;
    try (WireClient root = login("root");
        WireClient anna = login("anna")) {
      root.ask(
          new AddRulesRequest(
              List.of(
                  new RuleInfo("anna", "read topic:rides*"),
                  new RuleInfo("bob", "read topic:x"),
                  new RuleInfo("role:viewer", "describe topic:__*"),
                  new RuleInfo("*", "write topic:all"))),
          AddRulesResponse.class);
      WhoAmIResponse me = anna.ask(new WhoAmIRequest(), WhoAmIResponse.class);
      assertThat(me.roles()).containsExactly("viewer");
      assertThat(me.mechanism()).isEqualTo("SCRAM-SHA-256");
      assertThat(me.expiresAtMicros()).isZero();
      assertThat(me.scope()).isEmpty();
      assertThat(me.permissions())
          .contains(
              "describe topic:*", "read topic:rides*", "describe topic:__*", "write topic:all")
          .doesNotContain("read topic:x");
      token = anna.ask(token("", "read topic:*"), CreateTokenResponse.class).token();
    }
    try (WireClient client = loginWithToken(token)) {
      WhoAmIResponse me = client.ask(new WhoAmIRequest(), WhoAmIResponse.class);
      assertThat(me.principal()).isEqualTo("anna");
      assertThat(me.mechanism()).isEqualTo("TOKEN");
      assertThat(me.expiresAtMicros()).isEqualTo(FAR_MICROS);
      assertThat(me.scope()).containsExactly("read topic:*");
    }
  }

  @Test
  void deletedUserIsSentAwayAndItsTokensAreNotValid() {
    String token;
    try (WireClient root = login("root");
        WireClient anna = login("anna")) {
      token = anna.ask(token(""), CreateTokenResponse.class).token();
      root.ask(new DeleteUserRequest("anna", false), DeleteUserResponse.class);

      assertThat(anna.goAway().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }
    try (WireClient client = WireLogin.connected(server.port())) {
      assertThat(WireLogin.message(client, "TOKEN", token)).isInstanceOf(ErrorResponse.class);
    }
  }
}
