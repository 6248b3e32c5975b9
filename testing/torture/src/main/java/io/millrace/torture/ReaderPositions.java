package io.millrace.torture;

import io.millrace.torture.Anomaly.Kind;

/**
 * One reader of a history: where it stands in every partition, so that a gap or a step back shows.
 * For one thread.
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

  /** The reader begins (again), and must be given this offset next. */
  void joinsAt(int partition, long offset) {
    next[partition] = offset;
  }

  /** The reader begins (again), and must be given this offset or a later one next. */
  void joinsAtOrAfter(int partition, long offset) {
    next[partition] = ANYWHERE;
    atLeast[partition] = offset;
  }

  /**
   * The reader was given an event.
   *
   * @param event its id, or {@link EventId#NONE} if its value tells none
   * @param difference how it differs from what was sent; null if it does not
   */
  void read(int partition, long offset, long event, long appendTimeMicros, String difference) {
    step(partition, offset, event);
    if (!history.wasSent(event, partition)) {
      history.add(Kind.PHANTOM, partition, offset, event, "read by " + name + "; nobody sent it");
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
          name + " was given it where " + expected + " was due");
    }
    next[partition] = offset + 1;
  }

  /** The offset that the reader is to be given next, or may be given at the earliest. */
  long position(int partition) {
    return next[partition] == ANYWHERE ? atLeast[partition] : next[partition];
  }

  /** Whether the next event is the first since the reader joined, wherever that was. */
  boolean isJoining(int partition) {
    return next[partition] == ANYWHERE;
  }

  String name() {
    return name;
  }
}
