package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.Optional;

/**
 * The texts of a {@link Rule}: a grantee, which is the name of a user, {@code role:NAME} or {@code
 * *} for every authenticated principal, and a {@link PermissionText}.
 */
public final class RuleText {

  /** The grantee of a rule for every authenticated principal. */
  public static final String EVERYONE = "*";

  private RuleText() {}

  /**
   * Reads a rule. A user that the broker does not know may be named: it can be created later, or
   * log in with a certificate.
   *
   * @throws InvalidTextException {@code INVALID_RULE}
   */
  public static Rule parse(String grantee, String permission) {
    breach(grantee)
        .ifPresent(
            breach -> {
              throw new InvalidTextException(
                  ErrorCode.INVALID_RULE,
                  "grantee "
                      + Quoted.text(grantee)
                      + " "
                      + breach
                      + "; expected the name of a user, role:NAME, or '*' for every"
                      + " authenticated principal");
            });
    return new Rule(grantee, PermissionText.parse(permission));
  }

  /** A rule as people read it, such as {@code alice read topic:rides*}. */
  public static String format(Rule rule) {
    return rule.grantee() + " " + PermissionText.format(rule.permission());
  }

  private static Optional<String> breach(String grantee) {
    if (grantee.equals(EVERYONE)) {
      return Optional.empty();
    }
    return grantee.startsWith(RoleName.PREFIX)
        ? RoleName.breach(grantee.substring(RoleName.PREFIX.length()))
        : UserName.breach(grantee);
  }
}
