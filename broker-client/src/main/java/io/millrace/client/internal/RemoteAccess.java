package io.millrace.client.internal;

import io.millrace.client.AccessAdmin;
import io.millrace.client.AccessRule;
import io.millrace.client.ClientIdentity;
import io.millrace.client.MillraceException;
import io.millrace.client.NewToken;
import io.millrace.client.RuleTestResult;
import io.millrace.client.TokenDescription;
import io.millrace.client.TokenSpec;
import io.millrace.client.UserDeletion;
import io.millrace.client.UserDescription;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.protocol.EpochMicros;
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
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.RevokeTokenRequest;
import io.millrace.protocol.wire.RuleInfo;
import io.millrace.protocol.wire.TestRuleRequest;
import io.millrace.protocol.wire.TestRuleResponse;
import io.millrace.protocol.wire.TokenInfo;
import io.millrace.protocol.wire.UserInfo;
import io.millrace.protocol.wire.UserSwitch;
import io.millrace.protocol.wire.WhoAmIRequest;
import io.millrace.protocol.wire.WhoAmIResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sends requests about users, tokens and rules to the broker, and converts the responses to values
 * of the API. Any thread.
 */
final class RemoteAccess implements AccessAdmin {

  private final ReconnectingLink link;
  private final BlockingCalls calls;
  private final SecureRandom random = new SecureRandom();

  RemoteAccess(ReconnectingLink link, BlockingCalls calls) {
    this.link = link;
    this.calls = calls;
  }

  @Override
  public int createUser(String name, Set<String> roles, char[] password) {
    return create(name, roles, PasswordVerifiers.of(password, random));
  }

  @Override
  public int createUser(String name, Set<String> roles) {
    return create(name, roles, List.of());
  }

  private int create(String name, Set<String> roles, List<String> verifiers) {
    return ask(
            new CreateUserRequest(name, sorted(roles), verifiers), false, CreateUserResponse.class)
        .rules();
  }

  @Override
  public void setPassword(String name, char[] password) {
    List<String> verifiers = PasswordVerifiers.of(password, random);
    alter(new AlterUserRequest(name, verifiers, false, List.of(), UserSwitch.UNCHANGED, false));
  }

  @Override
  public void setRoles(String name, Set<String> roles, boolean force) {
    alter(new AlterUserRequest(name, List.of(), true, sorted(roles), UserSwitch.UNCHANGED, force));
  }

  @Override
  public void setEnabled(String name, boolean enabled, boolean force) {
    UserSwitch to = enabled ? UserSwitch.ENABLE : UserSwitch.DISABLE;
    alter(new AlterUserRequest(name, List.of(), false, List.of(), to, force));
  }

  private void alter(AlterUserRequest request) {
    ask(request, true, Response.class);
  }

  @Override
  public UserDeletion deleteUser(String name, boolean force) {
    DeleteUserResponse deleted =
        ask(new DeleteUserRequest(name, force), false, DeleteUserResponse.class);
    return new UserDeletion(deleted.tokens(), deleted.rules());
  }

  @Override
  public List<UserDescription> listUsers() {
    return users("");
  }

  @Override
  public UserDescription describeUser(String name) {
    return users(requireNamed("user", name)).stream()
        .filter(user -> user.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new MillraceException(ErrorCode.UNKNOWN_USER, "there is no user '" + name + "'"));
  }

  private List<UserDescription> users(String name) {
    return ask(new ListUsersRequest(name), true, ListUsersResponse.class).users().stream()
        .map(RemoteAccess::describe)
        .toList();
  }

  @Override
  public NewToken createToken(TokenSpec token) {
    CreateTokenRequest request =
        new CreateTokenRequest(
            token.name(),
            token.user().map(user -> requireNamed("user", user)).orElse(""),
            token.expiresAt().map(EpochMicros::of).orElse(0L),
            token.scope());
    CreateTokenResponse created = ask(request, false, CreateTokenResponse.class);
    return new NewToken(created.id(), created.token());
  }

  @Override
  public List<TokenDescription> listTokens() {
    return tokens("");
  }

  @Override
  public List<TokenDescription> listTokens(String user) {
    return tokens(requireNamed("user", user));
  }

  private List<TokenDescription> tokens(String user) {
    return ask(new ListTokensRequest(user), true, ListTokensResponse.class).tokens().stream()
        .map(RemoteAccess::describe)
        .toList();
  }

  @Override
  public void revokeToken(String id) {
    ask(new RevokeTokenRequest(id), false, Response.class);
  }

  @Override
  public int addRules(List<AccessRule> rules) {
    return ask(new AddRulesRequest(onWire(rules)), true, AddRulesResponse.class).added();
  }

  @Override
  public void removeRules(List<AccessRule> rules, boolean force) {
    ask(new RemoveRulesRequest(onWire(rules), force), false, Response.class);
  }

  @Override
  public List<AccessRule> listRules() {
    return rules("");
  }

  @Override
  public List<AccessRule> listRules(String grantee) {
    return rules(requireNamed("grantee", grantee));
  }

  private List<AccessRule> rules(String grantee) {
    return ask(new ListRulesRequest(grantee), true, ListRulesResponse.class).rules().stream()
        .map(rule -> new AccessRule(rule.grantee(), rule.permission()))
        .toList();
  }

  @Override
  public RuleTestResult testRule(
      String principal, String operation, String resource, Optional<String> source) {
    TestRuleResponse decision =
        ask(
            new TestRuleRequest(principal, operation, resource, source.orElse("")),
            true,
            TestRuleResponse.class);
    return new RuleTestResult(decision.allowed(), decision.decidedBy());
  }

  @Override
  public List<String> reload() {
    return ask(new ReloadRequest(), true, ReloadResponse.class).outcomes();
  }

  @Override
  public ClientIdentity whoAmI() {
    WhoAmIResponse me = ask(new WhoAmIRequest(), true, WhoAmIResponse.class);
    return new ClientIdentity(
        me.principal(),
        me.roles(),
        me.mechanism().isEmpty() ? Optional.empty() : Optional.of(me.mechanism()),
        instant(me.expiresAtMicros()),
        me.scope(),
        me.permissions());
  }

  /**
   * @param repeatable whether the request may be sent twice, if the connection breaks before the
   *     answer
   */
  private <T extends Response> T ask(Request request, boolean repeatable, Class<T> response) {
    link.requireSupported(request.api());
    return calls.request(request, repeatable, response);
  }

  private static UserDescription describe(UserInfo user) {
    return new UserDescription(
        user.name(), user.roles(), user.enabled(), user.mechanisms(), user.tokens());
  }

  private static TokenDescription describe(TokenInfo token) {
    return new TokenDescription(
        token.id(),
        token.name(),
        token.user(),
        EpochMicros.toInstant(token.createdAtMicros()),
        instant(token.expiresAtMicros()),
        token.scope());
  }

  /** On the wire, the empty text means all, or the client itself. */
  private static String requireNamed(String what, String name) {
    if (name.isEmpty()) {
      throw new MillraceException(
          ErrorCode.INVALID_REQUEST, "the name of the " + what + " is empty");
    }
    return name;
  }

  private static List<RuleInfo> onWire(List<AccessRule> rules) {
    return rules.stream().map(rule -> new RuleInfo(rule.grantee(), rule.permission())).toList();
  }

  private static List<String> sorted(Set<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }

  private static Optional<Instant> instant(long micros) {
    return micros == 0 ? Optional.empty() : Optional.of(EpochMicros.toInstant(micros));
  }
}
