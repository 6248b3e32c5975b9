package io.millrace.client;

import java.time.Instant;
import java.util.Objects;

/** The position at which a consumer starts to read a partition. */
public sealed interface StartPosition {

  /** The first event that is kept. */
  static StartPosition earliest() {
    return new Earliest();
  }

  /** The first event that becomes visible after the consumer is built. */
  static StartPosition latest() {
    return new Latest();
  }

  /**
   * The event at an offset. The broker refuses an offset before the start or after the end of the
   * partition with {@code OFFSET_OUT_OF_RANGE}.
   *
   * @throws IllegalArgumentException if the offset is negative
   */
  static StartPosition offset(long offset) {
    return new Offset(offset);
  }

  /**
   * The first event, by offset, whose event time is at or after an instant. If there is none yet,
   * the consumer waits for the first such event. All events after it follow, whatever their event
   * time. With a source filter, only events of the requested sources count.
   *
   * @param timestamp the event time; units smaller than a microsecond are cut off
   */
  static StartPosition timestamp(Instant timestamp) {
    return new Timestamp(timestamp);
  }

  /** The value of {@link StartPosition#earliest()}. */
  record Earliest() implements StartPosition {}

  /** The value of {@link StartPosition#latest()}. */
  record Latest() implements StartPosition {}

  /**
   * The value of {@link StartPosition#offset(long)}.
   *
   * @param offset 0 or more
   */
  record Offset(long offset) implements StartPosition {

    /**
     * Checks the offset.
     *
     * @throws IllegalArgumentException if the offset is negative
     */
    public Offset {
      if (offset < 0) {
        throw new IllegalArgumentException("an offset is 0 or more, not " + offset);
      }
    }
  }

  /**
   * The value of {@link StartPosition#timestamp(Instant)}.
   *
   * @param timestamp the event time; units smaller than a microsecond are cut off
   */
  record Timestamp(Instant timestamp) implements StartPosition {

    /** Refuses a time that is null. */
    public Timestamp {
      Objects.requireNonNull(timestamp, "timestamp");
    }
  }
}
