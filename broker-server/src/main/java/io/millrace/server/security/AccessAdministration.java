package io.millrace.server.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.AccessException;
import io.millrace.security.AccessState;
import io.millrace.security.ApiToken;
import io.millrace.security.Changed;
import io.millrace.security.Permission;
import io.millrace.security.PermissionText;
import io.millrace.security.RoleName;
import io.millrace.security.Rule;
import io.millrace.security.RuleChanges;
import io.millrace.security.ScramVerifierText;
import io.millrace.security.TokenChanges;
import io.millrace.security.TokenText;
import io.millrace.security.TokenText.NewToken;
import io.millrace.security.User;
import io.millrace.security.UserChanges;
import io.millrace.security.UserChanges.Alteration;
import io.millrace.security.UserChanges.Deleted;
import io.millrace.security.UserName;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Changes and lists users, tokens and rules, for a listener or for a command on the data directory
 * of a stopped broker. The caller has checked who asks. Changes block until they are durable. Any
 * thread except event loops.
 *
 * <p>All methods throw {@link AccessException}, {@link io.millrace.security.InvalidTextException},
 * and what {@link AccessStore#change} throws; then nothing is changed.
 */
public final class AccessAdministration {

  /** The largest number of roles of a user, and of permissions in the scope of a token. */
  static final int MAX_TEXTS = 100;

  /** The largest number of rules of one request. */
  static final int MAX_RULES = 1000;

  private static final int MAX_TOKEN_NAME_BYTES = 255;

  private final AccessStore store;
  private final LongSupplier nowMicros;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param nowMicros the time, in microseconds since the epoch, UTC
   */
  public AccessAdministration(AccessStore store, LongSupplier nowMicros) {
    this.store = store;
    this.nowMicros = nowMicros;
  }

  /**
   * A user in a list.
   *
   * @param tokens number of its tokens
   */
  public record ListedUser(User user, int tokens) {}

  /** The state now. */
  public AccessState state() {
    return store.current();
  }

  /**
   * Creates a user.
   *
   * @param verifiers of its password, as {@link ScramVerifierText} reads them
   * @return the number of rules that name it already
   */
  public int createUser(String name, List<String> roles, List<String> verifiers) {
    UserName.require(name);
    User user = new User(name, roles(roles), true, ScramVerifierText.parseAll(verifiers));
    return change(UserChanges.create(user)).count();
  }

  /**
   * Changes a user.
   *
   * @param verifiers of its new password; empty: the password does not change
   * @param roles all its roles afterwards
   * @param force whether to do it although no administrator remains
   */
  public void alterUser(
      String name,
      List<String> verifiers,
      Optional<List<String>> roles,
      Optional<Boolean> enabled,
      boolean force) {
    Alteration alteration =
        new Alteration(
            ScramVerifierText.parseAll(verifiers), roles.map(AccessAdministration::roles), enabled);
    change(UserChanges.alter(name, alteration, force));
  }

  /**
   * Deletes a user, its tokens, and the rules that name it.
   *
   * @param force whether to do it although no administrator remains
   */
  public Deleted deleteUser(String name, boolean force) {
    AtomicReference<Deleted> deleted = new AtomicReference<>();
    store.change(
        state -> {
          deleted.set(UserChanges.delete(name, force).apply(state));
          return deleted.get().state();
        });
    return deleted.get();
  }

  /**
   * The users, by name.
   *
   * @param name of one user; empty: all
   */
  public List<ListedUser> users(String name) {
    AccessState state = store.current();
    if (!name.isEmpty()) {
      UserChanges.require(state, name);
    }
    Map<String, Integer> tokens =
        state.tokens().values().stream()
            .collect(Collectors.toMap(ApiToken::user, token -> 1, Integer::sum));
    return state.users().values().stream()
        .filter(user -> name.isEmpty() || user.name().equals(name))
        .map(user -> new ListedUser(user, tokens.getOrDefault(user.name(), 0)))
        .toList();
  }

  /**
   * Creates a token.
   *
   * @param user who has it, a user that exists
   * @param expiresAtMicros 0: never
   * @param scope permissions as {@link PermissionText} reads them; empty: no limit
   */
  public NewToken createToken(String name, String user, long expiresAtMicros, List<String> scope) {
    requireTokenName(name);
    requireAtMost("permissions of a token", scope.size(), MAX_TEXTS);
    List<Permission> permissions = scope.stream().map(PermissionText::parse).toList();
    long now = nowMicros.getAsLong();
    if (expiresAtMicros != 0 && expiresAtMicros <= now) {
      throw new AccessException(
          ErrorCode.INVALID_REQUEST,
          "the token would expire at once by the clock of the broker; choose a later time");
    }
    NewToken created = TokenText.create(random);
    change(
        TokenChanges.create(
            new ApiToken(
                created.parsed().id(),
                name,
                user,
                created.parsed().secretHash(),
                now,
                expiresAtMicros,
                permissions)));
    return created;
  }

  /** The tokens that a filter accepts, by user, then by time of creation. */
  public List<ApiToken> tokens(Predicate<ApiToken> filter) {
    return store.current().tokens().values().stream()
        .filter(filter)
        .sorted(
            Comparator.comparing(ApiToken::user)
                .thenComparingLong(ApiToken::createdAtMicros)
                .thenComparing(ApiToken::id))
        .toList();
  }

  /**
   * Deletes a token.
   *
   * @param maySee a token that it does not accept does not exist for the caller
   */
  public void revokeToken(String id, Predicate<ApiToken> maySee) {
    change(TokenChanges.revoke(id, maySee));
  }

  /**
   * Adds rules: all or none.
   *
   * @return the number of those that did not exist
   */
  public int addRules(List<Rule> rules) {
    requireRules(rules);
    return change(RuleChanges.add(rules)).count();
  }

  /**
   * Removes rules: all or none.
   *
   * @param force whether to do it although no administrator remains
   */
  public void removeRules(List<Rule> rules, boolean force) {
    requireRules(rules);
    change(RuleChanges.remove(rules, force));
  }

  /**
   * The rules, in the order in which they were added.
   *
   * @param grantee of these rules; empty: all
   */
  public List<Rule> rules(String grantee) {
    return store.current().rules().stream()
        .filter(rule -> grantee.isEmpty() || rule.grantee().equals(grantee))
        .toList();
  }

  private Changed change(Function<AccessState, Changed> change) {
    AtomicReference<Changed> changed = new AtomicReference<>();
    store.change(
        state -> {
          changed.set(change.apply(state));
          return changed.get().state();
        });
    return changed.get();
  }

  private static Set<String> roles(List<String> roles) {
    requireAtMost("roles of a user", roles.size(), MAX_TEXTS);
    Set<String> names = new TreeSet<>();
    roles.forEach(role -> names.add(RoleName.require(role)));
    return names;
  }

  private static void requireRules(List<Rule> rules) {
    if (rules.isEmpty()) {
      throw new AccessException(
          ErrorCode.INVALID_REQUEST, "the request names no rule; expected 1 to " + MAX_RULES);
    }
    requireAtMost("rules of one request", rules.size(), MAX_RULES);
  }

  private static void requireTokenName(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    boolean printable = name.codePoints().noneMatch(Character::isISOControl);
    if (bytes == 0 || bytes > MAX_TOKEN_NAME_BYTES || !printable) {
      throw new AccessException(
          ErrorCode.INVALID_REQUEST,
          "the name of the token has "
              + bytes
              + " bytes; expected 1 to "
              + MAX_TOKEN_NAME_BYTES
              + " bytes of UTF-8 without control characters");
    }
  }

  private static void requireAtMost(String what, int count, int max) {
    if (count > max) {
      throw new AccessException(
          ErrorCode.LIMIT_REACHED, count + " " + what + " are too many; the limit is " + max);
    }
  }
}
