package io.millrace.core;

import io.millrace.storage.LogSettings;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The bytes of the settings of a storage engine. The broker stores them without knowing them.
 *
 * <pre>
 *   u16 settings, then for each, in the order of the names:
 *     u16 name length    name, UTF-8
 *     u16 value length   value, UTF-8
 * </pre>
 *
 * Little-endian.
 */
final class LogSettingsCodec {

  private static final int MAX_U16 = 0xFFFF;

  private LogSettingsCodec() {}

  /**
   * Writes settings.
   *
   * @throws IllegalArgumentException if there are more than 65,535 settings, or if a name or a
   *     value has more than 65,535 bytes
   */
  static byte[] encode(LogSettings settings) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    putU16(bytes, settings.values().size());
    new TreeMap<>(settings.values())
        .forEach(
            (name, value) -> {
              putText(bytes, name);
              putText(bytes, value);
            });
    return bytes.toByteArray();
  }

  private static void putText(ByteArrayOutputStream bytes, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putU16(bytes, utf8.length);
    bytes.writeBytes(utf8);
  }

  private static void putU16(ByteArrayOutputStream bytes, int number) {
    if (number > MAX_U16) {
      throw new IllegalArgumentException(
          "settings of the storage engine with a length of "
              + number
              + "; expected at most "
              + MAX_U16);
    }
    bytes.write(number);
    bytes.write(number >>> 8);
  }

  /**
   * Reads settings.
   *
   * @param from little-endian; its position moves to the end of the settings
   * @throws BufferUnderflowException if the buffer ends within the settings
   */
  static LogSettings decode(ByteBuffer from) {
    int count = from.getShort() & MAX_U16;
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < count; i++) {
      values.put(text(from), text(from));
    }
    return new LogSettings(values);
  }

  private static String text(ByteBuffer from) {
    int length = from.getShort() & MAX_U16;
    if (length > from.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] utf8 = new byte[length];
    from.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
