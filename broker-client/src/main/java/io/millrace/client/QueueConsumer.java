package io.millrace.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A consumer of a queue. A queue is a group whose consumers share single events: any number of them
 * take events from all partitions of a topic, in about the order of the log. Each event is
 * <em>locked</em> for one consumer at a time, which then <em>settles</em> it.
 *
 * <table>
 *   <caption>How to settle an event</caption>
 *   <tr><td>{@link #accept}<td>it is done
 *   <tr><td>{@link #fail}<td>the attempt has failed; it comes again after a pause that doubles with
 *       each attempt, and becomes a dead letter after the last one
 *   <tr><td>{@link #reject}<td>no attempt can succeed; it becomes a dead letter at once
 *   <tr><td>{@link #release}<td>somebody shall have it; counts no attempt
 *   <tr><td>{@link #renew}<td>it stays locked for another lock time
 * </table>
 *
 * <p>An event that is not settled within the lock time counts as failed. So does each event of a
 * consumer whose program ends without {@link #close()}. Each event is processed at least once. A
 * dead letter is the same event, with headers that say why, in the dead-letter topic.
 *
 * <p><b>Threads.</b> {@link #poll} and {@link #process} are for one thread at a time; other calls
 * throw {@code CONCURRENT_USE}. All other methods are for any thread. Settlements are sent
 * together; their futures complete on the client's event loop, which callbacks must not block.
 */
public interface QueueConsumer extends AutoCloseable {

  /**
   * Takes events as soon as there are any. Returns an empty list if none can be had before the
   * timeout, or after {@link #wakeup()}.
   *
   * @param timeout the longest time to wait; zero: only events that can be had now
   * @return at most {@code maxPollEvents} events of one partition, which have together at most
   *     {@code maxPollBytes}, or there is one event
   * @throws MillraceException {@code UNKNOWN_TOPIC} if the topic was deleted; another code with
   *     which the broker refuses the queue; {@code CORRUPT_BATCH}, {@code CLOSED}, {@code
   *     CONCURRENT_USE}, {@code INTERRUPTED}
   */
  List<QueuedEvent> poll(Duration timeout);

  /**
   * The event is done.
   *
   * @return completes when the broker has stored it durably; fails with {@code LOCK_LOST} if the
   *     lock has passed and the event comes again or another consumer has it
   */
  CompletableFuture<Void> accept(QueuedEvent event);

  /**
   * The attempt has failed. The event comes again after the back-off of the queue.
   *
   * @param reason stored in the header {@code dlq_error} if the event becomes a dead letter
   * @return as {@link #accept}
   */
  CompletableFuture<Void> fail(QueuedEvent event, String reason);

  /**
   * No attempt can succeed. The event becomes a dead letter.
   *
   * @param reason stored in the header {@code dlq_error} of the dead letter
   * @return as {@link #accept}
   */
  CompletableFuture<Void> reject(QueuedEvent event, String reason);

  /**
   * Gives the event back. It comes again at once, and no attempt is counted.
   *
   * @return as {@link #accept}
   */
  CompletableFuture<Void> release(QueuedEvent event);

  /**
   * Gives the event back. It comes again after a delay, and no attempt is counted.
   *
   * @param delay 0 to 12 hours
   * @return as {@link #accept}
   */
  CompletableFuture<Void> release(QueuedEvent event, Duration delay);

  /**
   * The event stays locked for another lock time from now.
   *
   * @return as {@link #accept}; when it completes, {@link QueuedEvent#lockedUntil()} has moved
   */
  CompletableFuture<Void> renew(QueuedEvent event);

  /**
   * Runs a handler on threads of its own for each event, and settles the event after it. Renews the
   * locks of events that wait or run. Blocks until {@link #wakeup()} or {@link #close()} is called
   * or the consumer fails. Then it takes no more events, releases those that have not begun, and
   * waits for running handlers, for at most the drain time.
   *
   * @param parallelism the number of threads, 1 to 1,024
   * @throws MillraceException as {@link #poll}
   */
  void process(QueueHandler handler, int parallelism);

  /** The name of the queue. */
  String queue();

  /** The settings of the queue, as the broker has answered them when the consumer was opened. */
  QueueSettings settings();

  /**
   * Ends the wait of a {@link #poll}, or a {@link #process}. If no call waits, the next call
   * returns at once. Any thread, any handler and any signal handler may call it.
   */
  void wakeup();

  /**
   * Sends the settlements that wait, gives back the events that are not settled, without counting
   * an attempt, and closes the consumer. A {@link #poll} that waits throws {@code CLOSED}. Waits
   * for {@link #process} to end. Later calls have no effect. For any thread but those of the
   * handlers.
   *
   * @throws IllegalStateException on a thread that runs a handler; call {@link #wakeup()} there
   */
  @Override
  void close();

  /**
   * The settings of a new consumer. What is said about the queue becomes a setting of the queue,
   * for all its consumers; what is not said stays as it is. For one thread.
   */
  interface Builder {

    /**
     * How long an event is locked. Default of a new queue: 30 s.
     *
     * @param time 100 ms to 12 hours
     * @throws IllegalArgumentException if it is out of range
     */
    Builder lockTime(Duration time);

    /**
     * After how many failed attempts an event becomes a dead letter. Default of a new queue: 5.
     *
     * @param attempts 1 to 1,000
     * @throws IllegalArgumentException if it is out of range
     */
    Builder maxAttempts(int attempts);

    /**
     * The pauses before an event that has failed comes again. They double from the first to the
     * longest. Default of a new queue: 1 s to 60 s.
     *
     * @param first the first pause, 0 to 12 hours; 0: no pause
     * @param longest the longest pause, at least the first one and at most 12 hours
     * @throws IllegalArgumentException if one is out of range
     */
    Builder backOff(Duration first, Duration longest);

    /**
     * The topic that gets events after their last attempt, and those that are rejected. The broker
     * creates it when it needs it. Default of a new queue: the name of the topic with {@code
     * .dead-letters}.
     */
    Builder deadLetterTopic(String topic);

    /**
     * Events after their last attempt, and those that are rejected, are done; nobody keeps them.
     */
    Builder discardDeadLetters();

    /**
     * Events with equal keys in a partition come one after the other, by offset: the next one comes
     * when the one before is done. Events without a key wait for nothing. Default of a new queue:
     * no event waits for another one.
     */
    Builder orderedByKey();

    /**
     * The maximum number of events that one {@code poll} returns. They are all locked when it
     * returns, so it must not be more than the program can process in the lock time. Default: 100.
     *
     * @param events 1 to 10,000
     * @throws IllegalArgumentException if it is out of range
     */
    Builder maxPollEvents(int events);

    /**
     * The maximum size of the events that one {@code poll} returns: sources, keys, values and
     * headers, before compression. Default: 4 MiB.
     *
     * @param bytes 1,024 to 64 MiB
     * @throws IllegalArgumentException if it is out of range
     */
    Builder maxPollBytes(int bytes);

    /**
     * How long {@code process} waits for running handlers when it ends. Then they are interrupted,
     * and their events are given back. Default: 30 s.
     *
     * @throws IllegalArgumentException if it is negative
     */
    Builder drain(Duration limit);

    /**
     * Opens the queue. Blocks until the broker has answered, at most for the request timeout. The
     * queue begins to exist with its first consumer, at the first event that is kept.
     *
     * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code INVALID_GROUP_NAME}, {@code
     *     INVALID_TOPIC_NAME}, {@code INCONSISTENT_GROUP} if a group with members has the name,
     *     {@code LIMIT_REACHED}, {@code UNSUPPORTED_VERSION} if the broker is too old for queues,
     *     {@code SERVER_UNREACHABLE}, {@code REQUEST_TIMEOUT}, {@code CLOSED}, {@code INTERRUPTED}
     * @throws IllegalStateException on the client's event loop
     */
    QueueConsumer build();
  }
}
