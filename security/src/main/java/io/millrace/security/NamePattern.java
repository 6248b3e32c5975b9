package io.millrace.security;

import java.util.Objects;

/**
 * A name, or the beginning of names. The text of a prefix ends with {@code *}; a {@code *}
 * elsewhere is a part of the name.
 *
 * @param text the name, or the beginning of names without the {@code *}
 * @param isPrefix whether every name matches that begins with the text
 */
public record NamePattern(String text, boolean isPrefix) {

  private static final String ANY = "*";

  public NamePattern {
    Objects.requireNonNull(text, "text");
  }

  /** The pattern of a text such as {@code rides} or {@code vehicle-*}. */
  public static NamePattern parse(String text) {
    return text.endsWith(ANY)
        ? new NamePattern(text.substring(0, text.length() - ANY.length()), true)
        : new NamePattern(text, false);
  }

  /** Whether the name matches. */
  public boolean matches(String name) {
    return isPrefix ? name.startsWith(text) : name.equals(text);
  }

  /** The text that {@link #parse} reads. */
  @Override
  public String toString() {
    return isPrefix ? text + ANY : text;
  }
}
