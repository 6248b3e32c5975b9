package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.Optional;

/**
 * The rules for the name of a role: 1 to {@value #MAX_CHARS} characters of a-z, A-Z, 0-9, '.', '_'
 * and '-'. {@link ShippedRole} has the roles that every broker knows; a rule for another role
 * defines it.
 */
public final class RoleName {

  /** Before the name of a role where a user can be named too. */
  public static final String PREFIX = "role:";

  private static final int MAX_CHARS = 64;

  private RoleName() {}

  /**
   * Returns a name that a role may have.
   *
   * @throws InvalidTextException {@code INVALID_REQUEST} for any other
   */
  public static String require(String name) {
    breach(name)
        .ifPresent(
            breach -> {
              throw new InvalidTextException(
                  ErrorCode.INVALID_REQUEST, "role name " + Quoted.text(name) + " " + breach);
            });
    return name;
  }

  /** Whether a role may have the name. */
  public static boolean isAllowed(String name) {
    return breach(name).isEmpty();
  }

  /** What is wrong with the name and what is allowed, as the end of a sentence; empty: nothing. */
  static Optional<String> breach(String name) {
    boolean allowed =
        !name.isEmpty()
            && name.length() <= MAX_CHARS
            && name.chars().allMatch(c -> TopicPattern.isNameChar((char) c));
    return allowed
        ? Optional.empty()
        : Optional.of(
            "is not allowed; choose 1 to "
                + MAX_CHARS
                + " characters of a-z, A-Z, 0-9, '.', '_' and '-'");
  }
}
