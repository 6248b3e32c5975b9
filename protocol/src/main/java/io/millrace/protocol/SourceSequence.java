package io.millrace.protocol;

import java.nio.charset.StandardCharsets;

/**
 * The number of an event among the events of its source, in a header with a reserved name. The
 * value is the number in decimal digits, ASCII, without a sign. A header with another value gives
 * the event no number.
 */
public final class SourceSequence {

  /** The name of the header. */
  public static final String HEADER = "source-sequence";

  /** The result if an event has no number. */
  public static final long NONE = -1;

  /** The largest number: 2^63 - 2. */
  public static final long MAX = Long.MAX_VALUE - 1;

  private static final int MAX_DIGITS = 19;

  private SourceSequence() {}

  /**
   * The value of the header for a number.
   *
   * @throws IllegalArgumentException if the number is not 0 to {@link #MAX}
   */
  public static byte[] encode(long number) {
    if (number < 0 || number > MAX) {
      throw new IllegalArgumentException(
          "a number of an event of its source is 0 to 2^63 - 2, not " + number);
    }
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }

  /** The number in the value of the header, which may be null; {@link #NONE} if it is none. */
  public static long decode(byte[] value) {
    if (value == null || value.length < 1 || value.length > MAX_DIGITS) {
      return NONE;
    }
    long number = 0;
    for (byte digit : value) {
      if (digit < '0' || digit > '9') {
        return NONE;
      }
      number = number * 10 + (digit - '0'); // 19 digits: the sum overflows to a negative number
      if (number < 0 || number > MAX) {
        return NONE;
      }
    }
    return number;
  }
}
