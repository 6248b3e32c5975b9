package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.Optional;

/**
 * The rules for the name of a user, and of every other principal that a rule can name: 1 to 255
 * bytes of UTF-8, printable on one line, without a space at an end. Not allowed are a {@code *},
 * which would look like a pattern, a name that begins with {@code role:}, and {@code anonymous},
 * which is the name of a client without a credential. A {@code :} is allowed, because the name of a
 * machine with a certificate can be a URI; HTTP Basic cannot carry such a name.
 */
public final class UserName {

  private UserName() {}

  /**
   * Returns a name that a user may have.
   *
   * @throws InvalidTextException {@code INVALID_REQUEST} for any other
   */
  public static String require(String name) {
    breach(name)
        .ifPresent(
            breach -> {
              throw new InvalidTextException(
                  ErrorCode.INVALID_REQUEST,
                  "user name "
                      + Quoted.text(name)
                      + " "
                      + breach
                      + "; choose 1 to "
                      + PrintableName.MAX_BYTES
                      + " bytes of printable UTF-8 without '*'");
            });
    return name;
  }

  /** What is wrong with the name, as the end of a sentence; empty: nothing. */
  static Optional<String> breach(String name) {
    if (name.startsWith(RoleName.PREFIX)) {
      return Optional.of("begins with '" + RoleName.PREFIX + "', which names a role");
    }
    if (name.indexOf('*') >= 0) {
      return Optional.of("has a '*'");
    }
    if (name.equals(Principal.ANONYMOUS.name())) {
      return Optional.of("is the name of every client without a credential");
    }
    return PrintableName.breach(name);
  }
}
