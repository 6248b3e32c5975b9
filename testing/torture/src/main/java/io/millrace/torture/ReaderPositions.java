package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;

/**
 * The position of one reader in every partition. It detects a gap and a step back. Used by one
 * thread.
 */
final class ReaderPositions {

  private static final long ANYWHERE = -1;

  private final History history;
  private final String name;
  private final boolean durable;
  private final long[] next;
  private final long[] atLeast;

  ReaderPositions(History history, String name, boolean durable) {
    this.history = history;
    this.name = name;
    this.durable = durable;
    this.next = new long[history.partitions()];
    this.atLeast = new long[history.partitions()];
  }

  /** The reader starts, or starts again, and must get exactly this offset next. */
  void startAt(int partition, long offset) {
    next[partition] = offset;
  }

  /** The reader starts, or starts again, and must get this offset or a later one next. */
  void startAtOrAfter(int partition, long offset) {
    next[partition] = ANYWHERE;
    atLeast[partition] = offset;
  }

  /**
   * The reader got an event.
   *
   * @param event the id in its value; {@link EventId#NONE} if there is none
   * @param difference how the event differs from what was sent; null if it does not
   */
  void read(int partition, long offset, long event, long appendTimeMicros, String difference) {
    step(partition, offset, event);
    if (!history.wasSent(event, partition)) {
      history.add(Kind.PHANTOM, partition, offset, event, "read by " + name + "; it was not sent");
      return;
    }
    if (difference != null) {
      history.add(Kind.DIFFERENT, partition, offset, event, "read by " + name + ": " + difference);
    }
    history.seen(partition, offset, event, appendTimeMicros, durable);
  }

  private void step(int partition, long offset, long event) {
    long expected = next[partition] == ANYWHERE ? atLeast[partition] : next[partition];
    boolean early = offset < expected;
    if (early || offset > expected && next[partition] != ANYWHERE) {
      history.add(
          early ? Kind.READER_WENT_BACK : Kind.READER_SKIPPED,
          partition,
          offset,
          event,
          name + " got it instead of offset " + expected);
    }
    next[partition] = offset + 1;
  }

  /**
   * The offset that the reader must get next; after {@link #startAtOrAfter}, the lowest offset that
   * it may get.
   */
  long position(int partition) {
    return next[partition] == ANYWHERE ? atLeast[partition] : next[partition];
  }

  /** Whether the reader has got no event since {@link #startAtOrAfter}. */
  boolean isStarting(int partition) {
    return next[partition] == ANYWHERE;
  }

  String name() {
    return name;
  }
}
