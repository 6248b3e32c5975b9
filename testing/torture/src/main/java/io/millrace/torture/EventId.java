package io.millrace.torture;

/**
 * The id of an event in a torture run, in one long: the producer, the partition, and the event's
 * number among the events that this producer sends to this partition, from 0.
 */
final class EventId {

  /** The id of no event. */
  static final long NONE = -1;

  static final int MAX_PRODUCERS = 1 << 10;
  static final int MAX_PARTITIONS = 1 << 10;

  private static final int PARTITION_SHIFT = 40;
  private static final int PRODUCER_SHIFT = 50;
  private static final long NUMBER_MASK = (1L << PARTITION_SHIFT) - 1;

  private EventId() {}

  static long of(int producer, int partition, long number) {
    return (long) producer << PRODUCER_SHIFT | (long) partition << PARTITION_SHIFT | number;
  }

  static int producer(long id) {
    return (int) (id >>> PRODUCER_SHIFT);
  }

  static int partition(long id) {
    return (int) (id >>> PARTITION_SHIFT) & (MAX_PARTITIONS - 1);
  }

  static long number(long id) {
    return id & NUMBER_MASK;
  }

  /** The text form, such as {@code 3/1#42}: the 43rd event of producer 3 to partition 1. */
  static String text(long id) {
    return id == NONE ? "none" : producer(id) + "/" + partition(id) + "#" + number(id);
  }
}
