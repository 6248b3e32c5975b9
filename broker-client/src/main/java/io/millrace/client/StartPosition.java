package io.millrace.client;

import java.time.Instant;
import java.util.Objects;

/** Where a consumer begins in a partition. */
public sealed interface StartPosition {

  /** With the first event that is kept. */
  static StartPosition earliest() {
    return new Earliest();
  }

  /** With the first event that becomes visible after the consumer was built. */
  static StartPosition latest() {
    return new Latest();
  }

  /**
   * With the event at this offset. The broker refuses an offset before the start or after the end
   * of the partition.
   *
   * @throws IllegalArgumentException if the offset is negative
   */
  static StartPosition offset(long offset) {
    return new Offset(offset);
  }

  /**
   * With the first event, by offset, whose event time is at or after this instant; with the first
   * such event to come if there is none yet. All later ones follow, whatever their event time. With
   * a source filter, only events of its sources count.
   */
  static StartPosition timestamp(Instant timestamp) {
    return new Timestamp(timestamp);
  }

  /** See {@link StartPosition#earliest()}. */
  record Earliest() implements StartPosition {}

  /** See {@link StartPosition#latest()}. */
  record Latest() implements StartPosition {}

  /**
   * See {@link StartPosition#offset(long)}.
   *
   * @param offset 0 or more
   */
  record Offset(long offset) implements StartPosition {

    /**
     * Refuses a negative offset.
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
   * See {@link StartPosition#timestamp(Instant)}.
   *
   * @param timestamp event time; what is finer than a microsecond is cut off
   */
  record Timestamp(Instant timestamp) implements StartPosition {

    /** Refuses null. */
    public Timestamp {
      Objects.requireNonNull(timestamp, "timestamp");
    }
  }
}
