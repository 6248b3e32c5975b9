package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.security.Resource.Kind;

/**
 * The users that can log in with a password and administer the broker. A change that takes the last
 * one away needs a confirmation, because nobody could undo it while the broker runs.
 */
final class Administrators {

  private Administrators() {}

  /**
   * Checks that a change leaves an administrator if there was one.
   *
   * @param force true: do not check
   * @throws AccessException {@code INVALID_REQUEST}
   */
  static void requireRemaining(AccessState before, AccessState after, boolean force) {
    if (!force && exist(before) && !exist(after)) {
      throw new AccessException(
          ErrorCode.INVALID_REQUEST,
          "after this change nobody could administer the broker with a password; make another user"
              + " an administrator first, or force the change ('--force'): then only 'millrace user'"
              + " with --data-dir, on the stopped broker, can undo it");
    }
  }

  private static boolean exist(AccessState state) {
    return state.users().values().stream().anyMatch(user -> isAdministrator(user, state));
  }

  private static boolean isAdministrator(User user, AccessState state) {
    return user.enabled()
        && !user.verifiers().isEmpty()
        && (user.roles().contains(ShippedRole.ADMIN.text())
            || state.rules().stream().anyMatch(rule -> makesAdministrator(rule, user)));
  }

  private static boolean makesAdministrator(Rule rule, User user) {
    Permission permission = rule.permission();
    if (permission.operation() != Operation.ADMIN || permission.kind() != Kind.BROKER) {
      return false;
    }
    String grantee = rule.grantee();
    return grantee.equals(RuleText.EVERYONE)
        || grantee.equals(user.name())
        || grantee.startsWith(RoleName.PREFIX)
            && user.roles().contains(grantee.substring(RoleName.PREFIX.length()));
  }
}
