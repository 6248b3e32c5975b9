package io.millrace.cli.access;

import io.millrace.cli.command.BrokerConfigFile;
import io.millrace.cli.command.CommandFailure;
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
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessException;
import io.millrace.security.ApiToken;
import io.millrace.security.PermissionText;
import io.millrace.security.Rule;
import io.millrace.security.RuleText;
import io.millrace.security.ScramVerifierText;
import io.millrace.security.TokenText;
import io.millrace.security.User;
import io.millrace.security.UserChanges;
import io.millrace.security.scram.NewPassword;
import io.millrace.server.StoredAccess;
import io.millrace.server.config.ConfigLoader;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.security.AccessAdministration;
import io.millrace.server.security.AccessAdministration.ListedUser;
import io.millrace.server.security.AccessQuestion;
import io.millrace.server.settings.ConfigException;
import io.millrace.storage.StorageException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * The users, tokens and rules in the data directory of a stopped broker. Whoever may write to the
 * files may do everything. One thread at a time.
 */
final class OfflineAccess implements AccessAdmin, AutoCloseable {

  private static final String DATA_DIR = "--data-dir";

  private static final String LOOPBACK = "127.0.0.1";

  /** The engine that keeps nothing when the broker stops. */
  private static final String MEMORY = "memory";

  private final StoredAccess stored;

  private OfflineAccess(StoredAccess stored) {
    this.stored = stored;
  }

  /**
   * Opens a data directory, with the settings that a broker would have.
   *
   * @param config the settings file; null: that of the installation, if it exists
   * @throws ParameterException if a setting is invalid
   * @throws CommandFailure {@code DIRECTORY_LOCKED} if a broker uses the directory; or it cannot be
   *     used
   */
  static OfflineAccess open(CommandLine command, String dataDir, Path config) {
    ServerConfig settings;
    try {
      settings =
          ConfigLoader.load(
              BrokerConfigFile.orInstalled(config),
              System.getenv(),
              // No listener opens: their addresses need neither TLS nor authentication.
              Map.of("dataDir", dataDir, "listen.host", LOOPBACK, "http.host", LOOPBACK),
              Map.of("dataDir", DATA_DIR));
    } catch (ConfigException e) {
      throw new ParameterException(command, e.getMessage(), e);
    }
    if (settings.storage().engineName().equals(MEMORY)) {
      throw new ParameterException(
          command,
          "a broker with storage.engine 'memory' keeps no users when it stops; change them with"
              + " --server while it runs");
    }
    try {
      return new OfflineAccess(StoredAccess.open(settings));
    } catch (StorageException e) {
      throw e.code() == ErrorCode.DIRECTORY_LOCKED
          ? new CommandFailure(
              e.code(),
              e.getMessage()
                  + "; to change its users while it runs, use --server in place of "
                  + DATA_DIR)
          : new CommandFailure(e);
    }
  }

  @Override
  public void close() {
    stored.close();
  }

  private <T> T run(Function<AccessAdministration, T> request) {
    try {
      return stored.run(request);
    } catch (AccessException e) {
      throw new MillraceException(e.code(), e.getMessage());
    }
  }

  private static List<String> verifiers(char[] password) {
    return NewPassword.verifiers(password).stream().map(ScramVerifierText::format).toList();
  }

  @Override
  public int createUser(String name, Set<String> roles, char[] password) {
    return run(access -> access.createUser(name, List.copyOf(roles), verifiers(password)));
  }

  @Override
  public int createUser(String name, Set<String> roles) {
    return run(access -> access.createUser(name, List.copyOf(roles), List.of()));
  }

  @Override
  public void setPassword(String name, char[] password) {
    alter(name, () -> verifiers(password), Optional.empty(), Optional.empty(), true);
  }

  @Override
  public void setRoles(String name, Set<String> roles, boolean force) {
    alter(name, List::of, Optional.of(List.copyOf(roles)), Optional.empty(), force);
  }

  @Override
  public void setEnabled(String name, boolean enabled, boolean force) {
    alter(name, List::of, Optional.empty(), Optional.of(enabled), force);
  }

  private void alter(
      String name,
      Supplier<List<String>> verifiers,
      Optional<List<String>> roles,
      Optional<Boolean> enabled,
      boolean force) {
    run(
        access -> {
          access.alterUser(name, verifiers.get(), roles, enabled, force);
          return null;
        });
  }

  @Override
  public UserDeletion deleteUser(String name, boolean force) {
    UserChanges.Deleted deleted = run(access -> access.deleteUser(name, force));
    return new UserDeletion(deleted.tokens(), deleted.rules());
  }

  @Override
  public List<UserDescription> listUsers() {
    return users("");
  }

  @Override
  public UserDescription describeUser(String name) {
    return users(name).get(0);
  }

  private List<UserDescription> users(String name) {
    return run(access -> access.users(name)).stream().map(OfflineAccess::describe).toList();
  }

  private static UserDescription describe(ListedUser listed) {
    User user = listed.user();
    return new UserDescription(
        user.name(),
        user.roles().stream().sorted().toList(),
        user.enabled(),
        user.verifiers().stream().map(each -> each.mechanism().mechanism()).sorted().toList(),
        listed.tokens());
  }

  @Override
  public NewToken createToken(TokenSpec token) {
    TokenText.NewToken created =
        run(
            access ->
                access.createToken(
                    token.name(),
                    token.user().orElseThrow(),
                    token.expiresAt().map(EpochMicros::of).orElse(0L),
                    token.scope()));
    return new NewToken(created.parsed().id(), created.text());
  }

  @Override
  public List<TokenDescription> listTokens() {
    return run(access -> access.tokens(token -> true)).stream()
        .map(OfflineAccess::describe)
        .toList();
  }

  @Override
  public List<TokenDescription> listTokens(String user) {
    return listTokens().stream().filter(token -> token.user().equals(user)).toList();
  }

  private static TokenDescription describe(ApiToken token) {
    Optional<Instant> expiresAt =
        token.expiresAtMicros() == 0
            ? Optional.empty()
            : Optional.of(EpochMicros.toInstant(token.expiresAtMicros()));
    return new TokenDescription(
        token.id(),
        token.name(),
        token.user(),
        EpochMicros.toInstant(token.createdAtMicros()),
        expiresAt,
        token.scope().stream().map(PermissionText::format).toList());
  }

  @Override
  public void revokeToken(String id) {
    run(
        access -> {
          access.revokeToken(id, token -> true);
          return null;
        });
  }

  @Override
  public int addRules(List<AccessRule> rules) {
    return run(access -> access.addRules(parsed(rules)));
  }

  @Override
  public void removeRules(List<AccessRule> rules, boolean force) {
    run(
        access -> {
          access.removeRules(parsed(rules), force);
          return null;
        });
  }

  private static List<Rule> parsed(List<AccessRule> rules) {
    return rules.stream().map(rule -> RuleText.parse(rule.grantee(), rule.permission())).toList();
  }

  @Override
  public List<AccessRule> listRules() {
    return listRules("");
  }

  @Override
  public List<AccessRule> listRules(String grantee) {
    return run(access -> access.rules(grantee)).stream()
        .map(rule -> new AccessRule(rule.grantee(), PermissionText.format(rule.permission())))
        .toList();
  }

  @Override
  public RuleTestResult testRule(
      String principal, String operation, String resource, Optional<String> source) {
    AccessQuestion.Answer answer =
        run(
            access ->
                AccessQuestion.parse(principal, operation, resource, source.orElse(""))
                    .answer(access.state()));
    return new RuleTestResult(answer.allowed(), answer.decidedBy());
  }

  @Override
  public List<String> reload() {
    throw onlyOnline("loads certificates");
  }

  @Override
  public ClientIdentity whoAmI() {
    throw onlyOnline("knows its clients");
  }

  private static IllegalStateException onlyOnline(String what) {
    return new IllegalStateException("only a running broker " + what);
  }
}
