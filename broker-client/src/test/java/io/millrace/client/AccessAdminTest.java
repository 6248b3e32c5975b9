package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.ListTokensRequest;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.UserSwitch;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The calls about users, tokens and rules become requests, and the answers values. */
class AccessAdminTest extends BrokerTest {

  private static final String PASSWORD = "correct horse";

  private AccessAdmin access() {
    return client().admin().access();
  }

  @Test
  void passwordIsNotSent() {
    char[] password = PASSWORD.toCharArray();
    AccessAdmin access = access();
    assertThat(access.createUser("anna", Set.of("viewer", "producer"), password)).isEqualTo(2);
    access.setPassword("anna", password);

    CreateUserRequest created = broker.requests(CreateUserRequest.class).get(0);
    assertThat(created.roles()).containsExactly("producer", "viewer");
    AlterUserRequest altered = broker.requests(AlterUserRequest.class).get(0);
    assertThat(altered.setsRoles()).isFalse();
    assertThat(altered.enabled()).isEqualTo(UserSwitch.UNCHANGED);
    assertThat(created.verifiers()).hasSize(2).doesNotContainAnyElementsOf(altered.verifiers());
    assertThat(created.verifiers()).allMatch(text -> text.startsWith("SCRAM-SHA-"));
    assertThat(String.join("", created.verifiers())).doesNotContain(PASSWORD);
    assertThat(created.toString() + altered).doesNotContain("SCRAM");
    assertThat(password).isEqualTo(PASSWORD.toCharArray());
  }

  @Test
  void passwordThatIsNotAllowedIsNotSent() {
    AccessAdmin access = access();
    assertThatThrownBy(() -> access.createUser("anna", Set.of(), "short".toCharArray()))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_REQUEST))
        .hasMessageContaining("fewer than 8 characters");
    assertThat(broker.requests(CreateUserRequest.class)).isEmpty();
  }

  @Test
  void userIsChanged() {
    AccessAdmin access = access();
    access.createUser("ci", Set.of());
    access.setRoles("anna", Set.of(), true);
    access.setEnabled("anna", false, false);
    access.setEnabled("anna", true, true);
    assertThat(access.deleteUser("anna", true)).isEqualTo(new UserDeletion(3, 4));

    assertThat(broker.requests(CreateUserRequest.class).get(0).verifiers()).isEmpty();
    assertThat(broker.requests(AlterUserRequest.class))
        .containsExactly(
            new AlterUserRequest("anna", List.of(), true, List.of(), UserSwitch.UNCHANGED, true),
            new AlterUserRequest("anna", List.of(), false, List.of(), UserSwitch.DISABLE, false),
            new AlterUserRequest("anna", List.of(), false, List.of(), UserSwitch.ENABLE, true));
    assertThat(broker.requests(DeleteUserRequest.class))
        .containsExactly(new DeleteUserRequest("anna", true));
    UserDescription anna =
        new UserDescription("anna", List.of("viewer"), true, List.of("SCRAM-SHA-256"), 1);
    assertThat(access.listUsers()).containsExactly(anna);
    assertThat(access.describeUser("anna")).isEqualTo(anna);
    assertThatThrownBy(() -> access.describeUser(""))
        .hasMessageContaining("the name of the user is empty");
  }

  @Test
  void tokenIsCreatedAndListed() {
    AccessAdmin access = access();
    NewToken created = access.createToken(TokenSpec.unlimited("ci"));
    access.createToken(
        TokenSpec.expiringAt("ci", Instant.ofEpochSecond(5)).user("anna").allow("read topic:x"));

    assertThat(created.token()).isEqualTo("mrt_k3x9_secret");
    assertThat(created.toString()).doesNotContain("secret");
    assertThat(broker.requests(CreateTokenRequest.class))
        .containsExactly(
            new CreateTokenRequest("ci", "", 0, List.of()),
            new CreateTokenRequest("ci", "anna", 5_000_000, List.of("read topic:x")));
    assertThat(access.listTokens())
        .isEqualTo(access.listTokens("anna"))
        .containsExactly(
            new TokenDescription(
                "k3x9",
                "ci",
                "anna",
                Instant.ofEpochSecond(1),
                Optional.empty(),
                List.of("read topic:rides*")));
    assertThat(broker.requests(ListTokensRequest.class))
        .containsExactly(new ListTokensRequest(""), new ListTokensRequest("anna"));
    access.revokeToken("k3x9");
  }

  @Test
  void rulesAreChangedListedAndTested() {
    AccessAdmin access = access();
    AccessRule rule = new AccessRule("anna", "read topic:rides*");
    assertThat(access.addRules(List.of(rule, rule))).isEqualTo(2);
    access.removeRules(List.of(rule), true);

    assertThat(rule).hasToString("anna read topic:rides*");
    assertThat(broker.requests(RemoveRulesRequest.class))
        .containsExactly(
            new RemoveRulesRequest(List.of(new RuleInfo("anna", "read topic:rides*")), true));
    assertThat(access.listRules()).isEqualTo(access.listRules("anna")).containsExactly(rule);
    assertThat(access.testRule("anna", "write", "topic:x", Optional.of("vehicle-17")).allowed())
        .isTrue();
    assertThat(broker.requests(TestRuleRequest.class))
        .containsExactly(new TestRuleRequest("anna", "write", "topic:x", "vehicle-17"));
  }

  @Test
  void brokerSaysWhoTheClientIs() {
    assertThat(access().whoAmI())
        .isEqualTo(
            new ClientIdentity(
                "anna",
                List.of("viewer"),
                Optional.of("TOKEN"),
                Optional.of(Instant.ofEpochSecond(2)),
                List.of("read topic:*"),
                List.of()));
    assertThat(access().reload()).containsExactly("a certificate");
  }
}
