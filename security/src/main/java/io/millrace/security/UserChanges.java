package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** The changes of users, as functions from state to state. Stateless. */
public final class UserChanges {

  private UserChanges() {}

  /**
   * What changes about a user. What is empty stays as it is.
   *
   * @param verifiers of the new password; empty: the password does not change
   * @param roles all roles afterwards
   * @param enabled whether the user may log in afterwards
   */
  public record Alteration(
      List<ScramVerifier> verifiers, Optional<Set<String>> roles, Optional<Boolean> enabled) {

    public Alteration {
      verifiers = List.copyOf(verifiers);
    }

    /** Whether this is a new password and nothing else. */
    public boolean isPasswordOnly() {
      return !verifiers.isEmpty() && roles.isEmpty() && enabled.isEmpty();
    }

    private User applyTo(User user) {
      return new User(
          user.name(),
          roles.orElse(user.roles()),
          enabled.orElse(user.enabled()),
          verifiers.isEmpty() ? user.verifiers() : verifiers);
    }
  }

  /**
   * Creates a user. Reports the number of rules that name it already.
   *
   * @throws AccessException {@code USER_EXISTS}
   */
  public static Function<AccessState, Changed> create(User user) {
    return state -> {
      if (state.users().containsKey(user.name())) {
        throw new AccessException(
            ErrorCode.USER_EXISTS,
            "user '"
                + user.name()
                + "' exists already; change it, or choose another name: nothing was changed");
      }
      return new Changed(with(state, user), rulesOf(state, user.name()));
    };
  }

  /**
   * Changes a user.
   *
   * @param force whether to make the change although no administrator remains
   * @throws AccessException {@code UNKNOWN_USER}; {@code INVALID_REQUEST} if no administrator
   *     remains
   */
  public static Function<AccessState, Changed> alter(
      String name, Alteration alteration, boolean force) {
    return state -> {
      AccessState after = with(state, alteration.applyTo(require(state, name)));
      Administrators.requireRemaining(state, after, force);
      return new Changed(after, 1);
    };
  }

  /**
   * Deletes a user, its tokens and the rules that name it, so that a later user of this name does
   * not inherit them. Reports the number of tokens and rules.
   *
   * @param force whether to make the change although no administrator remains
   * @throws AccessException {@code UNKNOWN_USER}; {@code INVALID_REQUEST} if no administrator
   *     remains
   */
  public static Function<AccessState, Deleted> delete(String name, boolean force) {
    return state -> {
      require(state, name);
      SortedMap<String, User> users = new TreeMap<>(state.users());
      users.remove(name);
      SortedMap<String, ApiToken> tokens = new TreeMap<>(state.tokens());
      tokens.values().removeIf(token -> token.user().equals(name));
      List<Rule> rules =
          state.rules().stream().filter(rule -> !rule.grantee().equals(name)).toList();
      AccessState after = state.withUsers(users).withTokens(tokens).withRules(rules);
      Administrators.requireRemaining(state, after, force);
      return new Deleted(
          after, state.tokens().size() - tokens.size(), state.rules().size() - rules.size());
    };
  }

  /**
   * The outcome of the deletion of a user.
   *
   * @param tokens number of its tokens, which are deleted too
   * @param rules number of rules that named it, which are deleted too
   */
  public record Deleted(AccessState state, int tokens, int rules) {}

  /**
   * The user with this name.
   *
   * @throws AccessException {@code UNKNOWN_USER}
   */
  public static User require(AccessState state, String name) {
    User user = state.users().get(name);
    if (user == null) {
      throw new AccessException(
          ErrorCode.UNKNOWN_USER,
          "there is no user '" + name + "'" + NearestName.suggestion(name, state.users().keySet()));
    }
    return user;
  }

  private static AccessState with(AccessState state, User user) {
    SortedMap<String, User> users = new TreeMap<>(state.users());
    users.put(user.name(), user);
    return state.withUsers(users);
  }

  private static int rulesOf(AccessState state, String name) {
    return (int) state.rules().stream().filter(rule -> rule.grantee().equals(name)).count();
  }
}
