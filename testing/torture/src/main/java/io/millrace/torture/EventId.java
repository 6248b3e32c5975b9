package io.millrace.torture;

/**
 * The name of a torture's event in one long: producer, partition, and the event's number among
 * those that this producer sends to this partition, from 0.
 */
final class EventId {

  /** No event. */
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

  /** Such as {@code 3/1#42}: producer 3's 43rd event to partition 1. */
  static String text(long id) {
    return id == NONE ? "none" : producer(id) + "/" + partition(id) + "#" + number(id);
  }
}
