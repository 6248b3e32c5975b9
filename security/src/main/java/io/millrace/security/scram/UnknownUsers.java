package io.millrace.security.scram;

import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import java.util.Arrays;
import java.util.Base64;

/**
 * Verifiers for names that are no users, or have no password for a mechanism. Each name has the
 * same salt every time, as a user has, and nobody knows its password. So a client cannot see which
 * users exist. Immutable.
 */
public final class UnknownUsers {

  private static final int SALT_BYTES = 16;

  private final byte[] secret;

  /**
   * @param secret random bytes that only the broker knows, and that it keeps for life
   */
  public UnknownUsers(byte[] secret) {
    this.secret = secret.clone();
  }

  /**
   * The verifier of a name.
   *
   * @param iterations as of the users that exist
   */
  public ScramVerifier verifier(ScramMechanism mechanism, String name, int iterations) {
    byte[] salt = ScramCrypto.hmac(mechanism, secret, "salt " + mechanism + " " + name);
    byte[] key =
        ScramCrypto.hmac(mechanism, secret, "key " + Base64.getEncoder().encodeToString(salt));
    return new ScramVerifier(mechanism, Arrays.copyOf(salt, SALT_BYTES), iterations, key, key);
  }
}
