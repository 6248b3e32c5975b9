package io.millrace.security;

import java.util.Optional;

/**
 * The rules that names of users and groups share: 1 to {@value #MAX_BYTES} bytes of UTF-8,
 * printable on one line, without a space at an end, and neither {@code .} nor {@code ..}. Letters
 * that look alike are different letters: a name is compared as it is, without a normalization.
 */
final class PrintableName {

  static final int MAX_BYTES = 255;

  private PrintableName() {}

  /** What is wrong with a name. */
  static Optional<String> breach(String name) {
    if (name.isEmpty()) {
      return Optional.of("is empty");
    }
    if (isLongerThan(name, MAX_BYTES)) {
      return Optional.of("is longer than " + MAX_BYTES + " bytes");
    }
    if (name.startsWith(" ") || name.endsWith(" ")) {
      return Optional.of("has a space at an end");
    }
    if (name.equals(".") || name.equals("..")) {
      return Optional.of("is the name of a directory");
    }
    return unprintable(name);
  }

  /** As {@link #breach} for the beginning of a name, which may be empty and end with a space. */
  static Optional<String> breachOfPrefix(String prefix) {
    if (isLongerThan(prefix, MAX_BYTES)) {
      return Optional.of("is longer than " + MAX_BYTES + " bytes");
    }
    return prefix.startsWith(" ")
        ? Optional.of("has a space at its beginning")
        : unprintable(prefix);
  }

  /** Whether the UTF-8 of a text is longer than a limit. */
  static boolean isLongerThan(String text, int maxBytes) {
    return text.length() > maxBytes
        || text.codePoints().map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4).sum()
            > maxBytes;
  }

  private static Optional<String> unprintable(String name) {
    for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
      if (!printable(name.codePointAt(i))) {
        return Optional.of("has a character that is not printable at position " + i);
      }
    }
    return Optional.empty();
  }

  private static boolean printable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> codePoint == ' ';
      default -> true;
    };
  }
}
