package io.millrace.protocol.record;

import java.util.Objects;

/**
 * A header of an event: a name and a value.
 *
 * @param name 1 to 65,535 bytes of UTF-8
 * @param value may be null; not copied, so the caller must not change it
 */
public record RecordHeader(String name, byte[] value) {

  static final int MAX_NAME_BYTES = 65_535;

  public RecordHeader {
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
