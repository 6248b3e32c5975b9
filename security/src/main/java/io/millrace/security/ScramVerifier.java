package io.millrace.security;

import java.util.Arrays;

/**
 * What the broker keeps of a password: enough to check a proof of it, not enough to make one. See
 * RFC 5802, section 3.
 *
 * @param mechanism the hash function
 * @param salt 16 bytes or more
 * @param iterations rounds of PBKDF2, {@value #MIN_ITERATIONS} to {@value #MAX_ITERATIONS}
 * @param storedKey H(ClientKey)
 * @param serverKey HMAC(SaltedPassword, "Server Key")
 */
public record ScramVerifier(
    ScramMechanism mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {

  /** The floor of RFC 7677. */
  public static final int MIN_ITERATIONS = 4096;

  /** The limit of the work that a login costs the client, which computes the rounds. */
  public static final int MAX_ITERATIONS = 1_000_000;

  /** The default of new passwords. */
  public static final int DEFAULT_ITERATIONS = 16_384;

  @Override
  public boolean equals(Object other) {
    return other instanceof ScramVerifier that
        && mechanism == that.mechanism
        && iterations == that.iterations
        && Arrays.equals(salt, that.salt)
        && Arrays.equals(storedKey, that.storedKey)
        && Arrays.equals(serverKey, that.serverKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(storedKey);
  }

  /** Without the keys. */
  @Override
  public String toString() {
    return mechanism + " with " + iterations + " iterations";
  }
}
