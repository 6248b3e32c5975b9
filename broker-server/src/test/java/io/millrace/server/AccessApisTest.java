package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.AddRulesRequest;
import io.millrace.protocol.wire.AddRulesResponse;
import io.millrace.protocol.wire.AlterUserRequest;
import io.millrace.protocol.wire.CreateTokenRequest;
import io.millrace.protocol.wire.CreateTokenResponse;
import io.millrace.protocol.wire.CreateUserRequest;
import io.millrace.protocol.wire.CreateUserResponse;
import io.millrace.protocol.wire.DeleteUserRequest;
import io.millrace.protocol.wire.DeleteUserResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ListRulesRequest;
import io.millrace.protocol.wire.ListRulesResponse;
import io.millrace.protocol.wire.ListTokensRequest;
import io.millrace.protocol.wire.ListTokensResponse;
import io.millrace.protocol.wire.ListUsersRequest;
import io.millrace.protocol.wire.ListUsersResponse;
import io.millrace.protocol.wire.ReloadRequest;
import io.millrace.protocol.wire.ReloadResponse;
import io.millrace.protocol.wire.RemoveRulesRequest;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.TestRuleResponse;
import io.millrace.protocol.wire.TokenInfo;
import io.millrace.protocol.wire.UserInfo;
import io.millrace.protocol.wire.UserSwitch;
import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.protocol.wire.WhoAmIResponse;
import io.millrace.security.Operation;
import io.millrace.security.ScramVerifierText;
import io.millrace.security.scram.NewPassword;
import io.millrace.server.security.TestAuthorizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Users, tokens and rules over the wire, on a broker that lets everybody do everything. */
@ExtendWith(NoLeaks.class)
class AccessApisTest {

  private static final List<String> VERIFIERS =
      NewPassword.verifiers("correct horse".toCharArray()).stream()
          .map(ScramVerifierText::format)
          .toList();

  private volatile TestAuthorizer authorizer = (session, operation, resource) -> true;
  private MillraceServer server;
  private WireClient client;

  @BeforeEach
  void start() {
    server =
        MillraceServer.start(
            TestServers.config(Map.of()),
            (TestAuthorizer)
                (session, operation, resource) -> authorizer.allows(session, operation, resource));
    client = WireClient.hello(server.port());
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static CreateUserRequest user(String name, String... roles) {
    return new CreateUserRequest(name, List.of(roles), VERIFIERS);
  }

  private static AlterUserRequest enabled(String name, UserSwitch to, boolean force) {
    return new AlterUserRequest(name, List.of(), false, List.of(), to, force);
  }

  private void create(String name, String... roles) {
    client.ask(user(name, roles), CreateUserResponse.class);
  }

  private List<UserInfo> users() {
    return client.ask(new ListUsersRequest(""), ListUsersResponse.class).users();
  }

  private List<RuleInfo> rules() {
    return client.ask(new ListRulesRequest(""), ListRulesResponse.class).rules();
  }

  private List<TokenInfo> tokens() {
    return client.ask(new ListTokensRequest(""), ListTokensResponse.class).tokens();
  }

  private void allow(String grantee, String permission) {
    client.ask(
        new AddRulesRequest(List.of(new RuleInfo(grantee, permission))), AddRulesResponse.class);
  }

  private TestRuleResponse test(
      String principal, String operation, String resource, String source) {
    return client.ask(
        new TestRuleRequest(principal, operation, resource, source), TestRuleResponse.class);
  }

  @Test
  void userIsCreatedChangedAndDeleted() {
    create("anna", "viewer", "producer");
    assertThat(users())
        .containsExactly(
            new UserInfo(
                "anna",
                List.of("producer", "viewer"),
                true,
                List.of("SCRAM-SHA-256", "SCRAM-SHA-512"),
                0));

    client.ask(
        new AlterUserRequest(
            "anna",
            List.of(VERIFIERS.get(0)),
            true,
            List.of("consumer"),
            UserSwitch.DISABLE,
            false),
        EmptyResponse.class);
    assertThat(users())
        .containsExactly(
            new UserInfo("anna", List.of("consumer"), false, List.of("SCRAM-SHA-256"), 0));

    client.ask(new DeleteUserRequest("anna", false), DeleteUserResponse.class);
    assertThat(users()).isEmpty();
  }

  @Test
  void refusalsAreTyped() {
    create("anna");

    assertThat(client.refusalOf(user("anna")).code()).isEqualTo(ErrorCode.USER_EXISTS);
    assertThat(client.refusalOf(user("role:x")).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(client.refusalOf(user("bob", "no role")).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(client.refusalOf(new DeleteUserRequest("ana", false)).message())
        .isEqualTo("there is no user 'ana'; did you mean 'anna'?");
    assertThat(client.refusalOf(new ListUsersRequest("bob")).code())
        .isEqualTo(ErrorCode.UNKNOWN_USER);
    assertThat(client.refusalOf(enabled("bob", UserSwitch.ENABLE, false)).code())
        .isEqualTo(ErrorCode.UNKNOWN_USER);
    assertThat(client.refusalOf(new RevokeTokenRequest("x")).code())
        .isEqualTo(ErrorCode.UNKNOWN_TOKEN);
    assertThat(client.refusalOf(new CreateTokenRequest("t", "bob", 0, List.of())).code())
        .isEqualTo(ErrorCode.UNKNOWN_USER);
    assertThat(client.refusalOf(new CreateTokenRequest("t", "anna", 1, List.of())).message())
        .contains("expire at once");
    assertThat(client.refusalOf(new CreateTokenRequest("t", "anna", 0, List.of("fly"))).code())
        .isEqualTo(ErrorCode.INVALID_RULE);
    assertThat(
            client
                .refusalOf(new AddRulesRequest(List.of(new RuleInfo("anna", "fly topic:x"))))
                .code())
        .isEqualTo(ErrorCode.INVALID_RULE);
    assertThat(client.refusalOf(new AddRulesRequest(List.of())).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(client.refusalOf(new TestRuleRequest("anna", "read", "topic:x*", "")).code())
        .isEqualTo(ErrorCode.INVALID_RULE);
  }

  @Test
  void refusedVerifierIsNotRepeated() {
    String secret = "c2VjcmV0LWtleS1vZi1hLXBhc3N3b3Jk";
    CreateUserRequest request =
        new CreateUserRequest("anna", List.of(), List.of("SCRAM-SHA-256$1:" + secret));

    assertThat(client.refusalOf(request).message()).doesNotContain(secret);
    assertThat(request.toString()).doesNotContain(secret);
  }

  @Test
  void deletedUserTakesItsTokensAndRulesAlong() {
    create("anna");
    create("bob");
    allow("anna", "read topic:rides");
    allow("bob", "read topic:rides");
    client.ask(new CreateTokenRequest("ci", "anna", 0, List.of()), CreateTokenResponse.class);
    client.ask(new CreateTokenRequest("ci", "bob", 0, List.of()), CreateTokenResponse.class);

    DeleteUserResponse deleted =
        client.ask(new DeleteUserRequest("anna", false), DeleteUserResponse.class);

    assertThat(deleted).isEqualTo(new DeleteUserResponse(1, 1));
    assertThat(rules()).containsExactly(new RuleInfo("bob", "read topic:rides"));
    assertThat(tokens()).extracting(TokenInfo::user).containsExactly("bob");
  }

  @Test
  void newUserIsToldOfRulesThatNameItAlready() {
    allow("anna", "read topic:rides");

    assertThat(client.ask(user("anna"), CreateUserResponse.class).rules()).isEqualTo(1);
  }

  @Test
  void lastAdministratorIsTakenAwayByForceOnly() {
    create("admin", "admin");
    create("anna", "viewer");
    AlterUserRequest demote =
        new AlterUserRequest(
            "admin", List.of(), true, List.of("viewer"), UserSwitch.UNCHANGED, false);

    assertThat(client.refusalOf(new DeleteUserRequest("admin", false)).message())
        .contains("nobody could administer the broker");
    assertThat(client.refusalOf(enabled("admin", UserSwitch.DISABLE, false)).code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(client.refusalOf(demote).code()).isEqualTo(ErrorCode.INVALID_REQUEST);

    allow("anna", "admin broker");
    client.ask(demote, EmptyResponse.class);
    RemoveRulesRequest remove =
        new RemoveRulesRequest(List.of(new RuleInfo("anna", "admin broker")), false);
    assertThat(client.refusalOf(remove).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    client.ask(new DeleteUserRequest("anna", true), DeleteUserResponse.class);
  }

  @Test
  void tokenIsShownOnceAndRevoked() {
    create("anna");
    CreateTokenResponse created =
        client.ask(
            new CreateTokenRequest("ci", "anna", Long.MAX_VALUE, List.of("read topic:rides*")),
            CreateTokenResponse.class);

    assertThat(created.token()).startsWith("mrt_" + created.id() + "_");
    assertThat(created.toString()).doesNotContain(created.token());
    List<TokenInfo> listed = tokens();
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).id()).isEqualTo(created.id());
    assertThat(listed.get(0).scope()).containsExactly("read topic:rides*");
    assertThat(users()).extracting(UserInfo::tokens).containsExactly(1);

    client.ask(new RevokeTokenRequest(created.id()), EmptyResponse.class);
    assertThat(tokens()).isEmpty();
  }

  @Test
  void userHasALimitedNumberOfTokens() {
    create("anna");
    CreateTokenRequest request = new CreateTokenRequest("ci", "anna", 0, List.of());
    for (int i = 0; i < 100; i++) {
      client.ask(request, CreateTokenResponse.class);
    }

    assertThat(client.refusalOf(request).code()).isEqualTo(ErrorCode.LIMIT_REACHED);
  }

  @Test
  void ruleIsAddedOnceAndRemovedOnce() {
    List<RuleInfo> two =
        List.of(
            new RuleInfo("anna", "read topic:rides*"),
            new RuleInfo("role:fleet", "write topic:rides source:vehicle-*"));

    assertThat(client.ask(new AddRulesRequest(two), AddRulesResponse.class).added()).isEqualTo(2);
    assertThat(client.ask(new AddRulesRequest(two), AddRulesResponse.class).added()).isZero();
    assertThat(rules()).isEqualTo(two);
    assertThat(client.ask(new ListRulesRequest("role:fleet"), ListRulesResponse.class).rules())
        .containsExactly(two.get(1));

    RuleInfo missing = new RuleInfo("bob", "read topic:rides");
    assertThat(
            client.refusalOf(new RemoveRulesRequest(List.of(two.get(0), missing), false)).message())
        .contains("there is no rule 'bob read topic:rides'");
    assertThat(rules()).isEqualTo(two);
    client.ask(new RemoveRulesRequest(two, false), EmptyResponse.class);
    assertThat(rules()).isEmpty();
  }

  @Test
  void testNamesTheRuleOrTheRoleThatDecides() {
    create("anna", "producer");
    create("bob");
    allow("anna", "read topic:rides*");
    allow("bob", "write topic:rides source:vehicle-*");

    assertThat(test("anna", "read", "topic:rides-2026", ""))
        .isEqualTo(new TestRuleResponse(true, "rule: anna read topic:rides*"));
    assertThat(test("anna", "write", "topic:x", "vehicle-1"))
        .isEqualTo(new TestRuleResponse(true, "role: role:producer write topic:*"));
    assertThat(test("role:viewer", "describe", "group:billing", "").allowed()).isTrue();
    assertThat(test("bob", "read", "topic:rides", ""))
        .isEqualTo(new TestRuleResponse(false, "no rule and no role allows it"));
    assertThat(test("bob", "write", "topic:rides", "vehicle-17").allowed()).isTrue();
    assertThat(test("bob", "write", "topic:rides", "truck-1"))
        .isEqualTo(
            new TestRuleResponse(
                false, "the rules allow events of other sources only: 'vehicle-*'"));
    assertThat(test("bob", "write", "topic:rides", "").decidedBy())
        .isEqualTo(
            "rule: bob write topic:rides source:vehicle-*; only events of the sources 'vehicle-*'");
    assertThat(test("carl", "read", "topic:rides", "").decidedBy())
        .contains("there is no user 'carl'");

    client.ask(enabled("anna", UserSwitch.DISABLE, false), EmptyResponse.class);
    assertThat(test("anna", "read", "topic:rides", "").decidedBy())
        .contains("user 'anna' is disabled");
  }

  @Test
  void clientWithoutALoginIsAnonymous() {
    assertThat(client.ask(new WhoAmIRequest(), WhoAmIResponse.class))
        .isEqualTo(new WhoAmIResponse("anonymous", List.of(), "", 0, List.of(), List.of()));
  }

  @Test
  void reloadWithoutTlsSaysSo() {
    assertThat(client.ask(new ReloadRequest(), ReloadResponse.class).outcomes())
        .containsExactly("nothing to load: no listener has TLS");
  }

  static Stream<Request> administration() {
    List<RuleInfo> rules = List.of(new RuleInfo("anna", "read topic:rides"));
    return Stream.of(
        user("bob"),
        enabled("anna", UserSwitch.DISABLE, true),
        new AlterUserRequest("anonymous", VERIFIERS, false, List.of(), UserSwitch.UNCHANGED, false),
        new DeleteUserRequest("anna", true),
        new ListUsersRequest(""),
        new CreateTokenRequest("t", "anna", 0, List.of()),
        new CreateTokenRequest("t", "", 0, List.of()),
        new AddRulesRequest(rules),
        new RemoveRulesRequest(rules, true),
        new ListRulesRequest(""),
        new TestRuleRequest("anna", "read", "topic:rides", ""),
        new ReloadRequest());
  }

  @ParameterizedTest
  @MethodSource("administration")
  void administrationNeedsAPermissionOnTheBroker(Request request) {
    authorizer = (session, operation, resource) -> operation != Operation.ADMIN;

    ErrorResponse refusal = client.refusalOf(request);
    assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_AUTHORIZED);
    assertThat(refusal.message()).endsWith("is not allowed to administer the broker");
  }

  @Test
  void tokensOfOthersDoNotExistWithoutThePermission() {
    create("anna");
    String id =
        client
            .ask(new CreateTokenRequest("ci", "anna", 0, List.of()), CreateTokenResponse.class)
            .id();
    authorizer = (session, operation, resource) -> operation != Operation.ADMIN;

    assertThat(tokens()).isEmpty();
    assertThat(client.refusalOf(new RevokeTokenRequest(id)).code())
        .isEqualTo(ErrorCode.NOT_AUTHORIZED);
  }

  @Test
  void administratorsAtTheSameTimeLoseNoChange() {
    List<Thread> threads = new ArrayList<>();
    int each = 20;
    for (int t = 0; t < 4; t++) {
      String name = "u" + t;
      Thread thread =
          new Thread(
              () -> {
                try (WireClient admin = WireClient.hello(server.port())) {
                  for (int i = 0; i < each; i++) {
                    RuleInfo rule = new RuleInfo(name, "read topic:t" + i);
                    admin.ask(new AddRulesRequest(List.of(rule)), AddRulesResponse.class);
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    threads.forEach(AccessApisTest::join);

    assertThat(rules())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, 4)
                .boxed()
                .flatMap(
                    t ->
                        IntStream.range(0, each)
                            .mapToObj(i -> new RuleInfo("u" + t, "read topic:t" + i)))
                .toList());
  }

  private static void join(Thread thread) {
    try {
      thread.join(TestServers.LIMIT.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
