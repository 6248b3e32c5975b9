package io.millrace.protocol;

/**
 * Why a group has not processed the newest events of a partition. If several reasons hold, the
 * first one in this order counts.
 */
public enum LagReason {
  /** No member owns the partition, or the queue has no consumer. */
  NO_MEMBER(1),
  /** The partition moves to another member, and its present owner has not dropped it yet. */
  MOVING(2),
  /** Deletion or damage has passed the position, or a dead letter cannot be written. */
  BLOCKED(3),
  /**
   * The member has events and has not asked for more for 30 s; so have all consumers of a queue.
   */
  NOT_POLLING(4),
  /** The same event was handed out three times or more and not committed. */
  POISON(5),
  /** Most deliveries of a queue fail, so it hands out single events only until they succeed. */
  FAILING(11),
  /** The client of the member takes no more events, although its application asks for them. */
  NO_CREDIT(6),
  /** The connection of the member does not take what the broker sends. */
  SLOW_NETWORK(7),
  /** The broker is slow: it reads the events from disk. */
  BROKER(8),
  /** The filter of the member tests many events of which few match. */
  FILTER(9),
  /** The member processes fewer events than are appended. */
  BUSY(10),
  /** The lag is below one second. */
  OK(0);

  private final int code;

  LagReason(int code) {
    this.code = code;
  }

  /** The code of this reason on the wire. */
  public int code() {
    return code;
  }

  /** The reason with this code; {@link #BUSY} for a code that this build does not know. */
  public static LagReason ofCode(int code) {
    for (LagReason reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    return BUSY;
  }
}
