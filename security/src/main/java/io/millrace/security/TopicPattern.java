package io.millrace.security;

import java.util.Optional;

/**
 * The rules for names of topics in patterns. A name that begins with {@value #INTERNAL_PREFIX} is
 * that of an internal topic of the broker; a prefix matches it only if the prefix begins so too.
 */
final class TopicPattern {

  static final String INTERNAL_PREFIX = "__";

  private static final int MAX_CHARS = 249;

  private TopicPattern() {}

  /** What is wrong with a name or prefix, and what is allowed; empty: nothing. */
  static Optional<String> breach(NamePattern pattern) {
    String text = pattern.text();
    boolean allowed =
        text.length() <= MAX_CHARS
            && text.chars().allMatch(c -> isNameChar((char) c))
            && (pattern.isPrefix() || !text.isEmpty() && !text.equals(".") && !text.equals(".."));
    return allowed
        ? Optional.empty()
        : Optional.of(
            "matches no topic name; choose 1 to "
                + MAX_CHARS
                + " characters of a-z, A-Z, 0-9, '.', '_' and '-', and a '*' at the end for every"
                + " name that begins so");
  }

  static boolean isInternal(String text) {
    return text.startsWith(INTERNAL_PREFIX);
  }

  static boolean isNameChar(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '.'
        || c == '_'
        || c == '-';
  }
}
