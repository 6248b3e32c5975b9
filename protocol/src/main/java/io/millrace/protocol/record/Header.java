package io.millrace.protocol.record;

import java.util.Objects;

/**
 * A name with bytes beside an event.
 *
 * @param name UTF-8, 1 to 65,535 bytes when encoded
 * @param value bytes, or null; not copied: the caller leaves it unchanged
 */
public record Header(String name, byte[] value) {

  static final int MAX_NAME_BYTES = 65_535;

  public Header {
    Objects.requireNonNull(name, "name");
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a header name must not be empty");
    }
    int nameBytes = Utf8.length(name);
    if (nameBytes > MAX_NAME_BYTES) {
      throw new IllegalArgumentException(
          "a header name has " + nameBytes + " bytes of UTF-8; limit " + MAX_NAME_BYTES);
    }
  }
}
