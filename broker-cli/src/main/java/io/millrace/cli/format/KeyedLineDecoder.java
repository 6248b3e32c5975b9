package io.millrace.cli.format;

import io.millrace.client.Event;
import java.util.Arrays;

/**
 * Decodes a line that begins with the key of the event: the key, a separator, and the rest of the
 * line, which another decoder decodes. A line that begins with the separator has no key. Used by
 * one thread.
 */
public final class KeyedLineDecoder implements EventDecoder {

  private final byte[] separator;
  private final EventDecoder rest;

  /**
   * Creates a decoder.
   *
   * @param separator at least one byte
   * @param rest decodes the line without key and separator
   */
  public KeyedLineDecoder(byte[] separator, EventDecoder rest) {
    this.separator = separator.clone();
    this.rest = rest;
  }

  @Override
  public Event.Builder decode(byte[] line) {
    int at = indexOfSeparator(line);
    if (at < 0) {
      throw new IllegalArgumentException(
          "the line has no key separator; write one at its beginning if the event has no key");
    }
    byte[] value = Arrays.copyOfRange(line, at + separator.length, line.length);
    return rest.decode(value).key(at == 0 ? null : Arrays.copyOf(line, at));
  }

  private int indexOfSeparator(byte[] line) {
    for (int at = 0; at <= line.length - separator.length; at++) {
      if (Arrays.equals(line, at, at + separator.length, separator, 0, separator.length)) {
        return at;
      }
    }
    return -1;
  }
}
