package io.millrace.client.internal;

import com.ongres.saslprep.SASLprep;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.PasswordPolicy;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Derives what verifies a password (RFC 5802, section 3) for SCRAM-SHA-256 and SCRAM-SHA-512, so
 * that the password itself never leaves the client. Takes some 20 ms of CPU. Stateless.
 */
final class PasswordVerifiers {

  private static final int ITERATIONS = 16_384;
  private static final int SALT_BYTES = 16;
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  private PasswordVerifiers() {}

  /**
   * The verifiers of a password, each in the form of RFC 5803.
   *
   * @param password is not changed
   * @throws MillraceException {@code INVALID_REQUEST} for a password that is not allowed
   */
  static List<String> of(char[] password, SecureRandom random) {
    char[] prepared = prepared(password);
    try {
      return List.of(
          verifier("SHA-256", "HmacSHA256", 32, prepared, random),
          verifier("SHA-512", "HmacSHA512", 64, prepared, random));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has these algorithms", e);
    } finally {
      Arrays.fill(prepared, '\0');
    }
  }

  private static String verifier(
      String digest, String hmac, int keyBytes, char[] password, SecureRandom random)
      throws GeneralSecurityException {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    PBEKeySpec spec = new PBEKeySpec(password, salt, ITERATIONS, keyBytes * Byte.SIZE);
    byte[] salted;
    try {
      salted = SecretKeyFactory.getInstance("PBKDF2With" + hmac).generateSecret(spec).getEncoded();
    } finally {
      spec.clearPassword();
    }
    byte[] clientKey = hmac(hmac, salted, "Client Key");
    byte[] storedKey = MessageDigest.getInstance(digest).digest(clientKey);
    byte[] serverKey = hmac(hmac, salted, "Server Key");
    Arrays.fill(salted, (byte) 0);
    Arrays.fill(clientKey, (byte) 0);
    return "SCRAM-"
        + digest
        + "$"
        + ITERATIONS
        + ":"
        + BASE64.encodeToString(salt)
        + "$"
        + BASE64.encodeToString(storedKey)
        + ":"
        + BASE64.encodeToString(serverKey);
  }

  private static byte[] hmac(String algorithm, byte[] key, String text)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(key, algorithm));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** The password as RFC 4013 (SASLprep) prepares it, in a new array. */
  private static char[] prepared(char[] password) {
    char[] prepared = saslPrepared(password);
    PasswordPolicy.breach(prepared)
        .ifPresent(
            breach -> {
              Arrays.fill(prepared, '\0');
              throw invalid(breach);
            });
    return prepared;
  }

  private static char[] saslPrepared(char[] password) {
    try {
      return new SASLprep().prepareStored(password.clone());
    } catch (IllegalArgumentException e) {
      // Its message may have a character of the password.
      throw invalid(PasswordPolicy.NOT_PREPARED);
    }
  }

  private static MillraceException invalid(String why) {
    return new MillraceException(ErrorCode.INVALID_REQUEST, PasswordPolicy.message(why));
  }
}
