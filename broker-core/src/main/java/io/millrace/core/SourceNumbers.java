package io.millrace.core;

import java.nio.ByteBuffer;

/**
 * The numbers that the events of one source have, and which of them are missing or repeated. In one
 * partition, an event is compared with the {@value #WINDOW} numbers below the largest one, as in
 * the replay check of IPsec (RFC 6479): within this distance, events may be out of order. Between
 * partitions there is no order, so only the number of events counts. One thread at a time.
 */
final class SourceNumbers {

  /** Numbers below the largest one, itself included, of which each is known. */
  static final int WINDOW = Long.SIZE;

  /** Bytes of heap. Measured with a heap histogram. */
  static final int HEAP_BYTES = 72;

  /** Bytes that {@link #write} writes. */
  static final int STATE_BYTES = Integer.BYTES + 6 * Long.BYTES;

  private static final int SEVERAL_PARTITIONS = -1;

  /** The partition of all these events, or {@link #SEVERAL_PARTITIONS}. */
  private int partition;

  private long events;
  private long smallest;
  private long largest;

  /** Bit <em>i</em> is set if an event has the number {@code largest - i}. */
  private long seen;

  private long missing;
  private long repeated;

  private SourceNumbers() {}

  /** The numbers of a source whose first event has this number. */
  SourceNumbers(int partition, long first) {
    this.partition = partition;
    this.events = 1;
    this.smallest = first;
    this.largest = first;
    this.seen = 1;
  }

  SourceNumbers copy() {
    SourceNumbers copy = new SourceNumbers();
    copy.partition = partition;
    copy.events = events;
    copy.smallest = smallest;
    copy.largest = largest;
    copy.seen = seen;
    copy.missing = missing;
    copy.repeated = repeated;
    return copy;
  }

  /**
   * Adds the number of an event.
   *
   * @param number 0 to 2^63 - 2
   */
  void add(int inPartition, long number) {
    if (inPartition != partition) {
      partition = SEVERAL_PARTITIONS;
    }
    events++;
    if (number > largest) {
      moveTo(number);
    } else if (number < smallest) {
      missing += smallest - number - 1;
      mark(largest - number);
      smallest = number;
    } else if (mark(largest - number)) {
      missing--;
    } else {
      repeated++;
    }
  }

  private void moveTo(long number) {
    long distance = number - largest;
    missing += distance - 1;
    seen = distance < WINDOW ? seen << distance | 1 : 1;
    largest = number;
  }

  /** False if an event has had the number, or if it is too old to know. */
  private boolean mark(long age) {
    if (age >= WINDOW || (seen >>> age & 1) == 1) {
      return false;
    }
    seen |= 1L << age;
    return true;
  }

  /** The largest number. */
  long largest() {
    return largest;
  }

  /**
   * Numbers between the smallest and the largest that no event has. If the events are in several
   * partitions, by how many they are fewer than the numbers in this range.
   */
  long missing() {
    return partition == SEVERAL_PARTITIONS ? Math.max(0, range() - events) : missing;
  }

  /**
   * Events whose number an earlier event has. If the events are in several partitions, by how many
   * they are more than the numbers in the range.
   */
  long repeated() {
    return partition == SEVERAL_PARTITIONS ? Math.max(0, events - range()) : repeated;
  }

  private long range() {
    return largest - smallest + 1;
  }

  void write(ByteBuffer out) {
    out.putInt(partition)
        .putLong(events)
        .putLong(smallest)
        .putLong(largest)
        .putLong(seen)
        .putLong(missing)
        .putLong(repeated);
  }

  static SourceNumbers read(ByteBuffer in) {
    SourceNumbers numbers = new SourceNumbers();
    numbers.partition = in.getInt();
    numbers.events = in.getLong();
    numbers.smallest = in.getLong();
    numbers.largest = in.getLong();
    numbers.seen = in.getLong();
    numbers.missing = in.getLong();
    numbers.repeated = in.getLong();
    return numbers;
  }
}
