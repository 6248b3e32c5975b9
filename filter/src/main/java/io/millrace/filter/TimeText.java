package io.millrace.filter;

import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.IsoTime;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/** Reads the times of a filter, in the form that the commands read. */
final class TimeText {

  private static final int NANOS_PER_MICRO = 1000;

  private TimeText() {}

  /**
   * Reads ISO-8601, in UTC if the text has no zone. A date is the start of its day.
   *
   * @return microseconds since 1970-01-01T00:00:00Z
   * @throws DateTimeException if the text is not a time, or is not in whole microseconds
   * @throws ArithmeticException if the time does not fit into 64 bits
   */
  static long micros(String text) {
    OffsetDateTime time = IsoTime.parse(text);
    if (time.getNano() % NANOS_PER_MICRO != 0) {
      throw new DateTimeException("a part of a microsecond");
    }
    try {
      return EpochMicros.of(time.toInstant());
    } catch (IllegalArgumentException e) {
      throw new DateTimeException("too far from 1970", e);
    }
  }
}
