package io.millrace.torture;

/**
 * A promise that was broken.
 *
 * @param kind which promise
 * @param partition where; -1 where it is about no one partition
 * @param offset where in the partition; -1 where it is about no one offset
 * @param event the {@link EventId}; {@link EventId#NONE} where it is about no one event
 * @param what what was seen, and against what
 */
record Anomaly(Kind kind, int partition, long offset, long event, String what) {

  /** The promises, each by how it is broken. */
  enum Kind {
    LOST("an acknowledged event, or one that a reader saw, is not there"),
    DUPLICATE("one event stands at two offsets"),
    TWO_VALUES_AT_ONE_OFFSET("one offset was read with two events"),
    OUT_OF_ORDER("a producer's events stand in another order than they were sent"),
    READER_SKIPPED("a reader was not given an offset"),
    READER_WENT_BACK("a reader was given an offset again, or one before its start"),
    DIFFERENT("a field of an event is not what was sent, or its append time changed"),
    UNSTABLE_DURABLE("a durable reader saw what was not there later"),
    RECEIPT_MISMATCH("a receipt or a refusal does not fit what is stored"),
    PHANTOM("an event was read that nobody sent"),
    UNAVAILABLE("the broker, a partition or a reader failed, or did not come back in time");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }
  }

  /** One line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind.name());
    if (partition >= 0) {
      text.append(" partition=").append(partition);
    }
    if (offset >= 0) {
      text.append(" offset=").append(offset);
    }
    if (event != EventId.NONE) {
      text.append(" event=").append(EventId.text(event));
    }
    return text.append(": ").append(what).toString();
  }
}
