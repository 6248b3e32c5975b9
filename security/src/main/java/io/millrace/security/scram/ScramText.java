package io.millrace.security.scram;

import java.util.Base64;

/** The syntax that the messages of SCRAM share: RFC 5802, section 7. Strict. */
final class ScramText {

  /** The largest number of characters of a message. Real ones have less than 300. */
  private static final int MAX_CHARS = 4096;

  private ScramText() {}

  static void requireLength(String message) throws ScramException {
    if (message.length() > MAX_CHARS) {
      throw new ScramException(
          "a message has " + message.length() + " characters; the limit is " + MAX_CHARS);
    }
  }

  /** The value of a field such as {@code r=VALUE}. */
  static String value(String field, char name) throws ScramException {
    if (field.length() < 2 || field.charAt(0) != name || field.charAt(1) != '=') {
      throw new ScramException("a field is not " + name + "=");
    }
    return field.substring(2);
  }

  /** Checks the syntax of optional extensions, which have no meaning here. */
  static void requireExtensions(String[] fields, int from, int to) throws ScramException {
    for (int i = from; i < to; i++) {
      String field = fields[i];
      if (field.length() < 3 || !isLetter(field.charAt(0)) || field.charAt(1) != '=') {
        throw new ScramException("an extension has no name and value");
      }
    }
    // Mandatory extensions come first, and would be in the place of the user or the binding.
  }

  private static boolean isLetter(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
  }

  /** Checks that a nonce is printable. */
  static String requireNonce(String nonce) throws ScramException {
    if (nonce.isEmpty() || !nonce.chars().allMatch(c -> c >= 0x21 && c <= 0x7E && c != ',')) {
      throw new ScramException("the nonce is empty or not printable");
    }
    return nonce;
  }

  /** A name without its escapes {@code =2C} and {@code =3D}. */
  static String decodeName(String encoded) throws ScramException {
    StringBuilder name = new StringBuilder(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == 0) {
        throw new ScramException("the user has a character of code 0");
      }
      if (c != '=') {
        name.append(c);
        continue;
      }
      if (encoded.startsWith("2C", i + 1)) {
        name.append(',');
      } else if (encoded.startsWith("3D", i + 1)) {
        name.append('=');
      } else {
        throw new ScramException("the user has a = that is not =2C or =3D");
      }
      i += 2;
    }
    if (name.length() == 0) {
      throw new ScramException("the user is empty");
    }
    return name.toString();
  }

  /** Decodes Base64 with padding, in its only form. */
  static byte[] decodeBase64(String text) throws ScramException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ScramException("a field is not Base64");
    }
    if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
      throw new ScramException("a field is not Base64 in its only form");
    }
    return bytes;
  }
}
