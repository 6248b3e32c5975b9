package io.millrace.protocol;

import java.util.Optional;

/** The rules for new passwords. No text has a part of a password. */
public final class PasswordPolicy {

  /** The breach of a password that SASLprep (RFC 4013) refuses. */
  public static final String NOT_PREPARED =
      "has a character that is not allowed (SASLprep, RFC 4013), such as a control or an emoji";

  private static final int MIN_CHARACTERS = 8;
  private static final int MAX_BYTES = 1024;

  private PasswordPolicy() {}

  /**
   * What is wrong with a password, as the end of a sentence.
   *
   * @param prepared the password after SASLprep
   */
  public static Optional<String> breach(char[] prepared) {
    if (Character.codePointCount(prepared, 0, prepared.length) < MIN_CHARACTERS) {
      return Optional.of("has fewer than " + MIN_CHARACTERS + " characters");
    }
    return utf8Bytes(prepared) > MAX_BYTES
        ? Optional.of("has more than " + MAX_BYTES + " bytes of UTF-8")
        : Optional.empty();
  }

  /** The message about a breach. */
  public static String message(String breach) {
    return "the password "
        + breach
        + "; choose one of "
        + MIN_CHARACTERS
        + " characters or more, and at most "
        + MAX_BYTES
        + " bytes";
  }

  private static int utf8Bytes(char[] text) {
    int bytes = 0;
    for (char c : text) {
      // Each half of a pair of surrogates is two of its four bytes.
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }
}
