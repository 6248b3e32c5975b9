package io.millrace.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Receives the events of one topic's partitions, from a start position into the live end, in order
 * within each partition.
 *
 * <p>The broker pushes as far as the consumer's credit goes; {@link #poll} hands out what has come.
 * When the connection breaks, the consumer subscribes again where it stood, without gap or repeat.
 *
 * <p><b>Threads.</b> A consumer belongs to one thread: a call while another thread is inside is
 * refused with {@code CONCURRENT_USE}. {@link #wakeup()} and {@link #close()} are for any thread.
 */
public interface Consumer extends AutoCloseable {

  /**
   * The next events, as soon as there are any; empty when none came in time, or after {@link
   * #wakeup()}.
   *
   * <p>When the broker has ended the subscription of a partition (it was deleted, retention
   * overtook it, it is damaged), the events that came before are handed out first; then this method
   * throws, now and whenever it is called again. {@link #positions()} stays right, so that another
   * consumer can go on from there.
   *
   * @param timeout zero: only what has already come
   * @return at most {@code maxPollEvents} events, whose keys and values have at most {@code
   *     creditBytes} and the last event
   * @throws MillraceException the broker's code and the partition; {@code CORRUPT_BATCH} when a
   *     checksum does not match; {@code CLOSED}, {@code CONCURRENT_USE}, {@code INTERRUPTED}
   */
  List<ConsumedEvent> poll(Duration timeout);

  /** The topic's name. */
  String topic();

  /** The partitions that this consumer reads. */
  SortedSet<Integer> partitions();

  /**
   * The offset of the next event that {@link #poll} may hand out. It also moves over events that
   * the source filter leaves out.
   *
   * @throws IllegalArgumentException if the consumer does not read this partition
   */
  long position(int partition);

  /** The position of every partition. */
  Map<Integer, Long> positions();

  /**
   * Makes the {@link #poll} that waits, else the next one, return at once, also while events come
   * that the source filter leaves out. For any thread, also in a signal handler.
   */
  void wakeup();

  /**
   * Ends the subscriptions and gives the memory back; a {@link #poll} that waits fails with {@code
   * CLOSED}. Repeated calls do nothing. For any thread.
   */
  @Override
  void close();

  /** Settings of a new consumer. Not thread-safe. */
  interface Builder {

    /**
     * Where to begin in all partitions. Default: {@link StartPosition#latest()}.
     *
     * @throws IllegalArgumentException if it is a time that 64 bits of microseconds cannot hold
     */
    Builder from(StartPosition position);

    /**
     * Where to begin in one partition, other than in the rest.
     *
     * @throws IllegalArgumentException if it is a time that 64 bits of microseconds cannot hold
     */
    Builder from(int partition, StartPosition position);

    /**
     * Where to begin in each of these partitions; the consumer reads these and no others.
     *
     * @throws IllegalArgumentException if there are none, or if one is a time that 64 bits of
     *     microseconds cannot hold
     */
    Builder from(Map<Integer, StartPosition> positions);

    /**
     * Which partitions to read. Default: all.
     *
     * @throws IllegalArgumentException if there are none
     */
    Builder partitions(int... partitions);

    /** How far to see. Default: {@link Isolation#DURABLE}. */
    Builder isolation(Isolation isolation);

    /**
     * Only events of these sources, 1,024 at most; filtered in the broker. Default: all.
     *
     * @throws IllegalArgumentException if there are too many; filter what {@code poll} hands out
     */
    Builder sources(String... sources);

    /**
     * Most bytes of events that are on their way or wait for {@code poll}, over all partitions,
     * each of which has an equal share and may pass it by one batch. 1 KiB a partition or more; of
     * more than 1 GiB a partition, only so much is used. Default: 16 MiB.
     */
    Builder creditBytes(long bytes);

    /** Most events of one poll, 1 or more. Default: 10,000. */
    Builder maxPollEvents(int events);

    /**
     * Subscribes to all partitions and opens the consumer.
     *
     * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}, {@code
     *     OFFSET_OUT_OF_RANGE}, {@code INVALID_SOURCE}, {@code SERVER_UNREACHABLE}, {@code
     *     REQUEST_TIMEOUT}
     */
    Consumer build();
  }
}
