package io.millrace.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The text of a token, {@code mrt_ID_SECRET}, as its owner keeps it. All characters are letters and
 * digits of ASCII, but for the two separators. The last six characters of the secret are a checksum
 * of the text before them: it finds a mistyped token without a look into the state, and lets a
 * scanner tell a token from other text.
 *
 * @param id 12 characters, which are no secret
 * @param secretHash the SHA-256 of the secret, as the broker keeps it
 */
public record TokenText(String id, byte[] secretHash) {

  /** What every token begins with. */
  public static final String PREFIX = "mrt_";

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private static final char SEPARATOR = '_';
  private static final int ID_CHARS = 12;

  /** 62^43 is more than 2^256. */
  private static final int RANDOM_CHARS = 43;

  private static final int CHECKSUM_CHARS = 6;
  private static final int ID_END = PREFIX.length() + ID_CHARS;
  private static final int CHECKSUM_AT = ID_END + 1 + RANDOM_CHARS;

  /** The number of characters of a token. */
  public static final int CHARS = CHECKSUM_AT + CHECKSUM_CHARS;

  /**
   * A new token.
   *
   * @param text what its owner gets, once
   * @param parsed what the broker keeps
   */
  public record NewToken(String text, TokenText parsed) {

    /** Without the secret. */
    @Override
    public String toString() {
      return "new token " + parsed.id();
    }
  }

  /** Makes a token with a secret of 256 random bits. */
  public static NewToken create(SecureRandom random) {
    String text =
        PREFIX + randomText(random, ID_CHARS) + SEPARATOR + randomText(random, RANDOM_CHARS);
    String whole = text + checksum(text);
    return new NewToken(whole, parse(whole).orElseThrow());
  }

  /** The token of a text; empty if the text is none, for example because it is mistyped. */
  public static Optional<TokenText> parse(String text) {
    if (text.length() != CHARS
        || !text.startsWith(PREFIX)
        || text.charAt(ID_END) != SEPARATOR
        || !isDigits(text, PREFIX.length(), ID_END)
        || !isDigits(text, ID_END + 1, CHARS)
        || !text.endsWith(checksum(text.substring(0, CHECKSUM_AT)))) {
      return Optional.empty();
    }
    return Optional.of(
        new TokenText(text.substring(PREFIX.length(), ID_END), hash(text.substring(ID_END + 1))));
  }

  /** Whether this is the token that the broker keeps. Compares in constant time. */
  public boolean matches(ApiToken kept) {
    return id.equals(kept.id()) && MessageDigest.isEqual(secretHash, kept.secretHash());
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256")
          .digest(secret.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  private static String randomText(SecureRandom random, int chars) {
    StringBuilder text = new StringBuilder(chars);
    for (int i = 0; i < chars; i++) {
      text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
    }
    return text.toString();
  }

  private static String checksum(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    StringBuilder checksum = new StringBuilder(CHECKSUM_CHARS);
    long rest = crc.getValue();
    for (int i = 0; i < CHECKSUM_CHARS; i++) {
      checksum.insert(0, DIGITS.charAt((int) (rest % DIGITS.length())));
      rest /= DIGITS.length();
    }
    return checksum.toString();
  }

  private static boolean isDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (DIGITS.indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Without the hash. */
  @Override
  public String toString() {
    return "token " + id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenText that
        && id.equals(that.id)
        && MessageDigest.isEqual(secretHash, that.secretHash);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }
}
