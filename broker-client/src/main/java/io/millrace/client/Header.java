package io.millrace.client;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A name with a value, attached to an event. An event can have several headers of the same name;
 * the order of its headers is kept.
 *
 * @param name 1 to 65,535 bytes of UTF-8
 * @param value bytes, or null; not copied, so the caller must not change them
 */
public record Header(String name, byte[] value) {

  /**
   * Checks the name.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  public Header {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header name must not be empty");
    }
  }

  /** The value decoded as UTF-8, or null. */
  public String valueAsString() {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }
}
