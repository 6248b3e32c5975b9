package io.millrace.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * Reads the events of one topic. In each partition, it reads from a start position to the end, and
 * then waits for new events. Events of one partition come in the order of their offsets; there is
 * no order across partitions.
 *
 * <p>The broker pushes batches, as many as the credit of the consumer allows. {@link #poll} decodes
 * and returns the events that have arrived. When the connection breaks, the consumer subscribes
 * again after the last batch that it has received. With {@link Isolation#DURABLE} this leaves no
 * gap and repeats no event.
 *
 * <p><b>Threads.</b> A consumer is for one thread at a time. A call while another thread uses the
 * consumer throws {@code CONCURRENT_USE}. {@link #wakeup()} and {@link #close()} are for any
 * thread.
 */
public interface Consumer extends AutoCloseable {

  /**
   * Returns the next events as soon as there are any. Returns an empty list if none arrive before
   * the timeout, or after {@link #wakeup()}.
   *
   * <p>The broker ends the subscription of a partition when its topic is deleted, when retention
   * has deleted events that the consumer has not read, or when stored bytes are damaged. The events
   * before that point are returned first. Then this method throws, in this call and in every later
   * one. {@link #positions()} stays correct, so that another consumer can continue from there. The
   * exception is then a {@link PartitionReadException}, which has the partition.
   *
   * @param timeout the longest time to wait; zero: return only events that have arrived already
   * @return at most {@code maxPollEvents} events. Together, their keys and values have at most
   *     {@code creditBytes}, plus the size of the last event
   * @throws MillraceException the broker's code, with the partition in the message; {@code
   *     CORRUPT_BATCH} if a checksum does not match; {@code CLOSED}, {@code CONCURRENT_USE}, {@code
   *     INTERRUPTED}
   */
  List<ConsumedEvent> poll(Duration timeout);

  /** The name of the topic. */
  String topic();

  /**
   * The partitions that this consumer reads. Unmodifiable, and always the same: a consumer does not
   * read partitions that are added to the topic later. To read them too, build another consumer
   * from {@link #positions()} and {@link StartPosition#earliest()} for the new partitions.
   */
  SortedSet<Integer> partitions();

  /**
   * The offset of the next event that {@link #poll} can return. It also moves over events that the
   * filter and the sources leave out.
   *
   * @throws IllegalArgumentException if the consumer does not read this partition
   * @throws MillraceException {@code CONCURRENT_USE}
   */
  long position(int partition);

  /**
   * The position of each partition, by partition. A copy.
   *
   * @throws MillraceException {@code CONCURRENT_USE}
   */
  Map<Integer, Long> positions();

  /**
   * What the filter of the consumer has done, as the broker has last reported it: once a second
   * while it tests events, and when a partition is read to its end. {@link FilterCounters#NONE}
   * without a filter. For any thread.
   */
  FilterCounters filterCounters();

  /**
   * Ends the wait of a {@link #poll}. If no call waits, the next call returns at once. It also ends
   * a poll when the source filter removes all events that it receives. Any thread and any signal
   * handler may call it.
   */
  void wakeup();

  /**
   * Ends the subscriptions and releases the memory. A {@link #poll} that waits throws {@code
   * CLOSED}. Later calls have no effect. For any thread.
   */
  @Override
  void close();

  /** The settings of a new consumer. For one thread. */
  interface Builder {

    /**
     * The start position in all partitions. Default: {@link StartPosition#latest()}.
     *
     * @throws IllegalArgumentException if it is a time that 64 bits of microseconds cannot hold
     */
    Builder from(StartPosition position);

    /**
     * The start position in one partition, instead of that for all partitions.
     *
     * @throws IllegalArgumentException if it is a time that 64 bits of microseconds cannot hold
     */
    Builder from(int partition, StartPosition position);

    /**
     * The start position in each of several partitions. The consumer reads these partitions only.
     *
     * @throws IllegalArgumentException if the map is empty, or if a position is a time that 64 bits
     *     of microseconds cannot hold
     */
    Builder from(Map<Integer, StartPosition> positions);

    /**
     * The partitions to read. Default: all.
     *
     * @throws IllegalArgumentException if there are none
     */
    Builder partitions(int... partitions);

    /** Which events are visible. Default: {@link Isolation#DURABLE}. */
    Builder isolation(Isolation isolation);

    /**
     * The sources whose events are returned; the broker filters. Default: all sources.
     *
     * @param sources at most 1,024; none: all sources
     * @throws IllegalArgumentException if there are more than 1,024; in that case, read all sources
     *     and filter the result of {@code poll}
     */
    Builder sources(String... sources);

    /**
     * A condition on the events that are returned, in the language of {@code docs/filters.md}:
     * {@code source == 'de.wikipedia' && json.delta > 100}. The broker tests the events and sends
     * only those that match. Default: all events.
     *
     * <p>{@link #build} refuses a text that is not a filter with {@code INVALID_FILTER}; the
     * message has several lines and shows the place. It refuses any filter with {@code
     * UNSUPPORTED_VERSION} if the broker is too old to filter. A start by time is then the first
     * matching event at or after that time.
     *
     * @param filter at most 4,096 bytes of UTF-8; empty: all events
     */
    Builder where(String filter);

    /**
     * The maximum number of bytes of events that are on their way or buffered for {@code poll}.
     * Each partition has an equal share, at least 1 KiB and at most 1 GiB, and can exceed it by one
     * batch. Default: 16 MiB.
     *
     * @param bytes 1,024 or more
     * @throws IllegalArgumentException if it is out of range
     */
    Builder creditBytes(long bytes);

    /**
     * The maximum number of events that one {@code poll} returns. Default: 10,000.
     *
     * @param events 1 or more
     * @throws IllegalArgumentException if it is out of range
     */
    Builder maxPollEvents(int events);

    /**
     * Reads the topic as a member of a group, which shares the partitions with the other members
     * and keeps its position in the broker. The isolation, the sources and the limits of this
     * builder apply.
     *
     * @throws IllegalStateException if start positions or partitions are set: the group decides
     */
    GroupConsumer.Builder group(String name);

    /**
     * Subscribes to all partitions. Blocks until the broker has accepted all subscriptions. The
     * request timeout limits each request.
     *
     * @throws PartitionReadException if the broker refuses a partition: {@code
     *     OFFSET_OUT_OF_RANGE}, or the code of its {@link PartitionDescription#failure}, for
     *     example {@code CORRUPT_LOG} if files of it are missing. A refusal that may pass, such as
     *     {@code RESOURCES_EXHAUSTED}, is repeated first, up to the request timeout
     * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code UNKNOWN_PARTITION}, {@code
     *     INVALID_SOURCE}, {@code SERVER_UNREACHABLE}, {@code REQUEST_TIMEOUT}, {@code CLOSED},
     *     {@code INTERRUPTED}
     * @throws IllegalStateException on the client's event loop
     */
    Consumer build();
  }
}
