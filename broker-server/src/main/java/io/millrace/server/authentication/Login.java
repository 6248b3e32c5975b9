package io.millrace.server.authentication;

import io.millrace.security.AccessState;
import io.millrace.security.Principal;
import io.millrace.security.User;
import java.util.function.Predicate;

/**
 * An identity that a client has proved.
 *
 * @param mechanism how
 * @param expiresAtMicros when the credential expires, in microseconds since the epoch, UTC; 0:
 *     never
 * @param validity whether the credential is still valid after a change of users and tokens
 */
public record Login(
    Principal principal, String mechanism, long expiresAtMicros, Predicate<AccessState> validity) {

  /** The mechanism of a client certificate, which TLS has verified. */
  public static final String CERTIFICATE = "CERTIFICATE";

  private static final long NEVER = 0;

  /** The login of a client certificate. */
  public static Login ofCertificate(String principal) {
    return new Login(
        new Principal(principal), CERTIFICATE, NEVER, state -> isNotDisabled(state, principal));
  }

  /** Whether it has expired, some time ago. */
  boolean isExpired(long nowMicros, long graceMicros) {
    return expiresAtMicros != NEVER && nowMicros - graceMicros >= expiresAtMicros;
  }

  /** Whether a user exists and may log in. */
  static boolean isEnabled(AccessState state, String name) {
    User user = state.users().get(name);
    return user != null && user.enabled();
  }

  /** Whether a principal that need not be a user may log in: it is no user that is disabled. */
  public static boolean isNotDisabled(AccessState state, String name) {
    User user = state.users().get(name);
    return user == null || user.enabled();
  }
}
