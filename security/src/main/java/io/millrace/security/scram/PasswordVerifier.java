package io.millrace.security.scram;

import com.ongres.saslprep.SASLprep;
import io.millrace.security.ScramMechanism;
import io.millrace.security.ScramVerifier;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Makes verifiers from passwords, and compares passwords with them. Each call runs PBKDF2, which
 * takes several milliseconds of CPU by intent: never on an event loop. Any thread.
 */
public final class PasswordVerifier {

  private static final int SALT_BYTES = 16;
  private static final String CLIENT_KEY = "Client Key";
  private static final String SERVER_KEY = "Server Key";

  private PasswordVerifier() {}

  /**
   * A verifier of a new password, with a random salt and {@link ScramVerifier#DEFAULT_ITERATIONS}.
   *
   * @throws IllegalArgumentException if the password is empty, or has characters that SASLprep (RFC
   *     4013) does not allow
   */
  public static ScramVerifier of(ScramMechanism mechanism, char[] password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    return of(mechanism, password, salt, ScramVerifier.DEFAULT_ITERATIONS);
  }

  /**
   * A verifier with a given salt.
   *
   * @param iterations {@link ScramVerifier#MIN_ITERATIONS} to {@link ScramVerifier#MAX_ITERATIONS}
   * @throws IllegalArgumentException as {@link #of(ScramMechanism, char[])}
   */
  public static ScramVerifier of(
      ScramMechanism mechanism, char[] password, byte[] salt, int iterations) {
    byte[] salted = saltedPassword(mechanism, prepared(password), salt, iterations);
    byte[] clientKey = ScramCrypto.hmac(mechanism, salted, CLIENT_KEY);
    return new ScramVerifier(
        mechanism,
        salt,
        iterations,
        ScramCrypto.hash(mechanism, clientKey),
        ScramCrypto.hmac(mechanism, salted, SERVER_KEY));
  }

  /** Whether the password is the one of the verifier. Compares in constant time. */
  public static boolean matches(ScramVerifier verifier, char[] password) {
    byte[] storedKey;
    try {
      storedKey =
          of(verifier.mechanism(), password, verifier.salt(), verifier.iterations()).storedKey();
    } catch (IllegalArgumentException notAPassword) {
      return false;
    }
    return MessageDigest.isEqual(storedKey, verifier.storedKey());
  }

  private static char[] prepared(char[] password) {
    char[] prepared;
    try {
      prepared = new SASLprep().prepareStored(password.clone());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the password has a character that is not allowed, such as a control character: choose"
              + " another (SASLprep: "
              + e.getMessage()
              + ")",
          e);
    }
    if (prepared.length == 0) {
      throw new IllegalArgumentException("the password is empty: choose another");
    }
    return prepared;
  }

  private static byte[] saltedPassword(
      ScramMechanism mechanism, char[] password, byte[] salt, int iterations) {
    PBEKeySpec key = new PBEKeySpec(password, salt, iterations, mechanism.keyBytes() * Byte.SIZE);
    Arrays.fill(password, '\0');
    try {
      return SecretKeyFactory.getInstance("PBKDF2With" + mechanism.hmac())
          .generateSecret(key)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has this function
    } finally {
      key.clearPassword();
    }
  }
}
