package io.millrace.client;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A name with bytes beside an event. Names may repeat; order is kept.
 *
 * @param name 1 to 65,535 bytes of UTF-8
 * @param value bytes, or null; not copied: the caller leaves them unchanged
 */
public record Header(String name, byte[] value) {

  /**
   * Refuses an empty name.
   *
   * @throws IllegalArgumentException if the name is empty
   */
  public Header {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header name must not be empty");
    }
  }

  /** The value read as UTF-8, or null. */
  public String valueAsString() {
    return value == null ? null : new String(value, StandardCharsets.UTF_8);
  }
}
