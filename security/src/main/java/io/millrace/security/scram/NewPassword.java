package io.millrace.security.scram;

import com.ongres.saslprep.SASLprep;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.PasswordPolicy;
import io.millrace.security.AccessException;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import java.util.Arrays;
import java.util.List;

/**
 * Checks a new password and makes its verifiers. Runs PBKDF2: never on an event loop. Stateless.
 */
public final class NewPassword {

  private NewPassword() {}

  /**
   * The verifiers of a new password, one for each mechanism.
   *
   * @param password is not changed
   * @throws AccessException {@code INVALID_REQUEST} for a password that is not allowed; the message
   *     has no part of it
   */
  public static List<ScramVerifier> verifiers(char[] password) {
    char[] prepared = prepared(password);
    try {
      PasswordPolicy.breach(prepared)
          .ifPresent(
              breach -> {
                throw invalid(breach);
              });
      return Arrays.stream(ScramMechanism.values())
          .map(mechanism -> PasswordVerifier.of(mechanism, password))
          .toList();
    } finally {
      Arrays.fill(prepared, '\0');
    }
  }

  private static char[] prepared(char[] password) {
    try {
      return new SASLprep().prepareStored(password.clone());
    } catch (IllegalArgumentException e) {
      // Its message may have a character of the password.
      throw invalid(PasswordPolicy.NOT_PREPARED);
    }
  }

  private static AccessException invalid(String breach) {
    return new AccessException(ErrorCode.INVALID_REQUEST, PasswordPolicy.message(breach));
  }
}
