package io.millrace.torture;

/**
 * A violation of a guarantee.
 *
 * @param kind the violated guarantee
 * @param partition the partition; -1 if the anomaly is not about a single partition
 * @param offset the offset in the partition; -1 if the anomaly is not about a single offset
 * @param event the {@link EventId}; {@link EventId#NONE} if the anomaly is not about a single event
 * @param what what was observed, and what it contradicts
 */
record Anomaly(Kind kind, int partition, long offset, long event, String what) {

  /** The kinds of violations. The names are part of the JSON report. */
  enum Kind {
    LOST("an acknowledged event, or one that a reader has seen, is missing"),
    DUPLICATE("one event is at two offsets"),
    TWO_VALUES_AT_ONE_OFFSET("two reads of one offset returned different events"),
    OUT_OF_ORDER("events of a producer are not in the order in which they were sent"),
    READER_SKIPPED("a reader did not get an offset"),
    READER_WENT_BACK("a reader got an offset twice, or one before its start"),
    DIFFERENT("a field of an event differs from what was sent, or its append time changed"),
    UNSTABLE_DURABLE("a durable reader has seen an event that is missing later"),
    RECEIPT_MISMATCH("a receipt or a refusal contradicts what is stored"),
    PHANTOM("an event was read that was not sent"),
    NOT_PROCESSED("an acknowledged event was processed by no member of the group"),
    POSITION_SKIPPED("a position was committed past an event that no member had processed"),
    POSITION_WENT_BACK("a committed position went back"),
    TWO_OWNERS("a member was handed events of a partition that another member had got"),
    MEMBER_SKIPPED("a member did not get an event, or got its events in another order"),
    MEMBER_REPEATED("a member was handed an event that was committed before it got the partition"),
    UNAVAILABLE("the broker, a partition or a reader failed, or was not ready in time");

    private final String meaning;

    Kind(String meaning) {
      this.meaning = meaning;
    }

    String meaning() {
      return meaning;
    }
  }

  /** The anomaly on one line. */
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
