package io.millrace.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;

/**
 * A member of a group. The members of a group share the partitions of its topics: each partition
 * has one owner at a time. The broker decides who owns what, and keeps the position of the group in
 * each partition.
 *
 * <p><b>What is committed.</b> {@link #poll} hands out events. They are <em>finished</em> with the
 * next {@code poll} or with {@code commit}. Finished events are committed each second, when a
 * partition moves, and by {@link #close()}. Events that were handed out and are not finished are
 * never committed: if the program fails while it processes them, they come again. So each event is
 * processed at least once.
 *
 * <p><b>Slow programs.</b> The client sends signs of life to the broker, also while the program
 * processes. A program may take as long as it wants between two polls, unless {@link
 * Builder#maxProcessingTime} is set.
 *
 * <p><b>Threads.</b> A consumer is for one thread at a time; other calls throw {@code
 * CONCURRENT_USE}. {@link #wakeup()}, {@link #close()}, {@link #group()} and {@link #memberId()}
 * are for any thread.
 */
public interface GroupConsumer extends AutoCloseable {

  /**
   * Marks the events of the previous call as finished, and returns the next ones as soon as there
   * are any. Returns an empty list if none arrive before the timeout, or after {@link #wakeup()}.
   * Calls the {@link RebalanceListener}.
   *
   * <p>If a partition cannot be read further, the events before that point are returned first. Then
   * this method throws, in this call and in every later one.
   *
   * @param timeout the longest time to wait; zero: return only events that have arrived already
   * @return at most {@code maxPollEvents} events; their keys and values have at most {@code
   *     creditBytes}, plus the size of the last event
   * @throws PartitionReadException {@code OFFSET_OUT_OF_RANGE} if the events at the position of the
   *     group are deleted; {@code CORRUPT_LOG}, {@code CORRUPT_BATCH} if they are damaged
   * @throws MillraceException {@code STATIC_NAME_TAKEN} if another member has taken over the static
   *     name; another code with which the broker refuses the member; {@code CLOSED}, {@code
   *     CONCURRENT_USE}, {@code INTERRUPTED}
   */
  List<ConsumedEvent> poll(Duration timeout);

  /**
   * Marks the events of the last {@code poll} as finished, and commits all finished events. Blocks
   * until the broker has stored the positions durably, at most for the request timeout. In a {@link
   * RebalanceListener}, it marks nothing: it commits what is finished already.
   *
   * @throws MillraceException {@code STALE_MEMBER} or {@code UNKNOWN_MEMBER} if the member does not
   *     own a partition any more: the position of that partition is not stored, and its events come
   *     again; {@code SERVER_UNREACHABLE}, {@code REQUEST_TIMEOUT}, {@code CLOSED}, {@code
   *     CONCURRENT_USE}, {@code INTERRUPTED}
   */
  void commit();

  /**
   * Marks an event of the last {@code poll}, and those before it in its partition, as finished, and
   * commits all finished events, as {@link #commit()}. The other events of the last {@code poll}
   * stay unfinished until the next one.
   *
   * @throws IllegalArgumentException if the event is not one of the last {@code poll}
   * @throws MillraceException as {@link #commit()}
   */
  void commit(ConsumedEvent upTo);

  /**
   * Runs a handler on threads of its own for each event, and commits what is finished without a
   * gap: if events 5 and 7 of a partition are finished and 6 is not, the position is 6. Blocks
   * until {@link #wakeup()} or {@link #close()} is called, or the consumer or the handler fails.
   * Then it takes no more events, waits for running handlers and for events before those that have
   * begun, for at most the drain time, and commits.
   *
   * <p>Events that the last {@code poll} has returned are finished when this method begins.
   *
   * @throws EventProcessingException if the handler has failed as often as the options allow. The
   *     event and those after it in its partition are not committed, even if some are finished
   * @throws MillraceException as {@link #poll}
   */
  void process(EventHandler handler, ProcessOptions options);

  /** The name of the group. */
  String group();

  /** The id of the member now. It changes when the broker has removed the member. */
  String memberId();

  /**
   * The partitions that the member owns, as far as the listener has heard of them. A copy.
   *
   * @throws MillraceException {@code CONCURRENT_USE}
   */
  SortedSet<GroupPartition> partitions();

  /**
   * The offset of the next event that {@link #poll} can return, for each partition that the member
   * owns and whose position is known. A copy.
   *
   * @throws MillraceException {@code CONCURRENT_USE}
   */
  Map<GroupPartition, Long> positions();

  /**
   * Ends the wait of a {@link #poll}, or a {@link #process}. If no call waits, the next call
   * returns at once. Any thread, any handler and any signal handler may call it.
   */
  void wakeup();

  /**
   * Commits what is finished, leaves the group, and releases the memory. The partitions get other
   * owners at once; those of a member with a static name wait for it until its session timeout. A
   * {@link #poll} that waits throws {@code CLOSED}. Waits for {@link #process} to end. Later calls
   * have no effect. For any thread but those of the handlers.
   *
   * @throws IllegalStateException on a thread that runs a handler; call {@link #wakeup()} there
   */
  @Override
  void close();

  /** The settings of a new member. For one thread. */
  interface Builder {

    /**
     * The topics to read. They need not exist: the member gets the partitions of a topic as soon as
     * it exists, and those that are added to it.
     *
     * @param topics at most 1,000 names
     */
    Builder topics(String... topics);

    /**
     * Reads all topics that match too, also those that are created later.
     *
     * @param glob a name with {@code *} for any characters and {@code ?} for one, such as {@code
     *     orders.*}
     */
    Builder pattern(String glob);

    /**
     * A name of the member that outlives a restart of the program. A member with the same name gets
     * the same partitions, if it comes within the session timeout of the old one. A newer member
     * takes the name over, and the older one fails with {@code STATIC_NAME_TAKEN}. Default: none.
     *
     * @param name 1 to 255 bytes of UTF-8
     */
    Builder staticName(String name);

    /**
     * The broker removes a member from which it hears nothing for this time, for example because
     * its program was killed. The client sends signs of life by itself. Default: 30 s.
     *
     * @param timeout 100 ms to one day
     * @throws IllegalArgumentException if it is out of range
     */
    Builder sessionTimeout(Duration timeout);

    /**
     * The broker removes a member that has events and does not poll, or finish one, for this time.
     * Its partitions move, and {@link RebalanceListener#lost} is called with the next poll.
     * Default: never.
     *
     * @param time 100 ms to one day
     * @throws IllegalArgumentException if it is out of range
     */
    Builder maxProcessingTime(Duration time);

    /**
     * One member at a time owns all partitions; the others stand by. All members of a group must
     * say the same.
     */
    Builder singleActive();

    /** Hears which partitions the member gets and gives up. Default: none. */
    Builder listener(RebalanceListener listener);

    /**
     * Where to start in a partition in which the group has no position yet. Default: {@link
     * WhenMissing#EARLIEST}.
     */
    Builder whenNoPosition(WhenMissing start);

    /**
     * Where to read on if the events at the position of the group are deleted. {@code EARLIEST} and
     * {@code LATEST} skip the deleted events; the client logs which. Default: {@link
     * WhenMissing#FAIL}.
     */
    Builder whenPositionLost(WhenMissing start);

    /** As {@link Consumer.Builder#isolation}. */
    Builder isolation(Isolation isolation);

    /** As {@link Consumer.Builder#sources}. */
    Builder sources(String... sources);

    /**
     * As {@link Consumer.Builder#where}. {@link #build} refuses a text that is not a filter, also
     * if the member gets no partition.
     */
    Builder where(String filter);

    /**
     * The maximum number of bytes of events that are on their way or buffered for {@code poll}. A
     * partition gets an equal share of it for the number of partitions that the member owns when it
     * gets the partition; at least 1 KiB. Default: 16 MiB.
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
     * Joins the group. Blocks until the broker has answered, at most for the request timeout. The
     * new member may have no partition yet.
     *
     * @throws MillraceException {@code INVALID_GROUP_NAME}, {@code INVALID_TOPIC_NAME}, {@code
     *     INCONSISTENT_GROUP}, {@code INVALID_REQUEST}, {@code LIMIT_REACHED}, {@code
     *     UNSUPPORTED_VERSION} if the broker is too old for groups, {@code SERVER_UNREACHABLE},
     *     {@code REQUEST_TIMEOUT}, {@code CLOSED}, {@code INTERRUPTED}
     * @throws IllegalStateException on the client's event loop, or without a topic or pattern
     */
    GroupConsumer build();
  }
}
