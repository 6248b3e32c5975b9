package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verifiers as text, in the form of RFC 5803, which other systems use too: {@code
 * SCRAM-SHA-256$ITERATIONS:SALT$STORED_KEY:SERVER_KEY} with salt and keys in Base64. Stateless.
 */
public final class ScramVerifierText {

  /** Largest size of a salt. */
  public static final int MAX_SALT_BYTES = 64;

  /** Smallest size of a salt. */
  public static final int MIN_SALT_BYTES = 16;

  private static final Pattern FORM =
      Pattern.compile(
          "([A-Z0-9-]{1,32})\\$(\\d{1,9}):([^$:]{1,128})\\$([^$:]{1,128}):([^$:]{1,128})");

  private ScramVerifierText() {}

  /**
   * Reads the verifiers of one password. No message has a part of them.
   *
   * @param texts at most one for each mechanism
   * @throws AccessException {@code INVALID_REQUEST}
   */
  public static List<ScramVerifier> parseAll(List<String> texts) {
    if (texts.size() > ScramMechanism.values().length) {
      throw invalid("there are " + texts.size() + "; expected one for each mechanism at most");
    }
    List<ScramVerifier> verifiers = texts.stream().map(ScramVerifierText::parse).toList();
    if (verifiers.stream().map(ScramVerifier::mechanism).distinct().count() < texts.size()) {
      throw invalid("a mechanism occurs twice; expected one verifier for each");
    }
    return verifiers;
  }

  /**
   * Reads a verifier. No message has a part of it.
   *
   * @throws AccessException {@code INVALID_REQUEST}
   */
  public static ScramVerifier parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw invalid("it does not have the form MECHANISM$ITERATIONS:SALT$STORED_KEY:SERVER_KEY");
    }
    ScramMechanism mechanism =
        Arrays.stream(ScramMechanism.values())
            .filter(each -> each.mechanism().equals(parts.group(1)))
            .findFirst()
            .orElseThrow(
                () -> invalid("its mechanism is unknown; expected SCRAM-SHA-256 or SCRAM-SHA-512"));
    int iterations = Integer.parseInt(parts.group(2));
    if (iterations < ScramVerifier.MIN_ITERATIONS || iterations > ScramVerifier.MAX_ITERATIONS) {
      throw invalid(
          "it has "
              + iterations
              + " iterations; expected "
              + ScramVerifier.MIN_ITERATIONS
              + " to "
              + ScramVerifier.MAX_ITERATIONS);
    }
    byte[] salt = base64(parts.group(3));
    if (salt.length < MIN_SALT_BYTES || salt.length > MAX_SALT_BYTES) {
      throw invalid(
          "its salt has "
              + salt.length
              + " bytes; expected "
              + MIN_SALT_BYTES
              + " to "
              + MAX_SALT_BYTES);
    }
    return new ScramVerifier(
        mechanism,
        salt,
        iterations,
        key(parts.group(4), mechanism),
        key(parts.group(5), mechanism));
  }

  /** The text that {@link #parse} reads. It is as secret as the verifier. */
  public static String format(ScramVerifier verifier) {
    Base64.Encoder base64 = Base64.getEncoder();
    return verifier.mechanism().mechanism()
        + "$"
        + verifier.iterations()
        + ":"
        + base64.encodeToString(verifier.salt())
        + "$"
        + base64.encodeToString(verifier.storedKey())
        + ":"
        + base64.encodeToString(verifier.serverKey());
  }

  private static byte[] key(String text, ScramMechanism mechanism) {
    byte[] key = base64(text);
    if (key.length != mechanism.keyBytes()) {
      throw invalid(
          "a key has "
              + key.length
              + " bytes; expected "
              + mechanism.keyBytes()
              + " for "
              + mechanism.mechanism());
    }
    return key;
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw invalid("its salt or a key is not Base64");
    }
  }

  private static AccessException invalid(String why) {
    return new AccessException(
        ErrorCode.INVALID_REQUEST, "a verifier of the password is not valid: " + why);
  }
}
