package io.millrace.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends events to one topic, in batches. Thread-safe.
 *
 * <p><b>Partition.</b> An event that names a partition goes there. An event with a key goes to
 * partition {@code CRC-32C(key) mod partitions}, so that events with equal keys stay in order.
 * Events without a key fill one batch of one partition, then one batch of the next. If the topic
 * has so many partitions that the default batches are smaller than 256 KiB, events without a key
 * fill several batches of one partition in a row.
 *
 * <p><b>Order.</b> Events of one partition are stored in the order of their {@code send} calls.
 *
 * <p><b>Delivery.</b> A batch is resent, in order, if the broker refuses it with a retriable code
 * or its connection breaks, until {@link RetryPolicy#deliveryTimeout()}. Each batch has a producer
 * id and sequence numbers, by which the broker recognizes a batch that it has stored already. If
 * the future of an event fails, its code says whether the event is stored:
 *
 * <ul>
 *   <li>{@code MALFORMED_BATCH}, {@code INVALID_SOURCE}: it is not stored.
 *   <li>{@code EVENT_TOO_LARGE}, {@code BATCH_TOO_LARGE}: it is not stored, unless a limit of the
 *       broker was lowered while the producer was open.
 *   <li>{@code DELIVERY_TIMEOUT}: it is not stored if the message says that it was never sent; else
 *       it may be stored.
 *   <li>{@code CLOSED}, {@code CONNECTION_LOST}, {@code INTERNAL}, or the code with which the
 *       producer or the client failed: it may be stored.
 * </ul>
 *
 * <p>A caller that sends such an event again can store it twice.
 *
 * <p><b>Names.</b> A producer can have a {@linkplain Builder#name name}. The caller then gives each
 * event a {@linkplain Event.Builder#sequence sequence}, and the broker stores each event once, even
 * if another process sends all events again. The producer ends at the first event that it cannot
 * deliver, so that no later event is stored while that event is missing. All events in flight then
 * fail with the same failure. When the name is opened again, {@link #lastSequence()} says which
 * events are stored.
 *
 * <p><b>Threads.</b> Futures complete on the client's event loop. Code that runs there must be
 * quick and must not block. {@link #flush} and {@link #close} throw {@link IllegalStateException}
 * there, and a {@link #send} that would have to wait throws {@code SEND_TIMEOUT} at once.
 */
public interface Producer extends AutoCloseable {

  /**
   * Accepts an event for sending. Blocks while the memory limit is reached, at most for the send
   * timeout. The future of an accepted event always completes, at the latest after the delivery
   * timeout. If this method throws, the event is not accepted.
   *
   * @param event its arrays may be reused when this method has returned
   * @return completes with the receipt, or exceptionally with a {@link MillraceException}
   * @throws MillraceException {@code EVENT_TOO_LARGE}, {@code INVALID_SOURCE}, {@code
   *     UNKNOWN_PARTITION}, {@code SEND_TIMEOUT}, {@code CLOSED}, {@code INTERRUPTED}; {@code
   *     INVALID_REQUEST} if the event has a sequence and the producer has no name, or if the
   *     producer has a name and the event has no sequence; {@code OUT_OF_ORDER_SEQUENCE} if the
   *     sequence does not increase; the code that has ended the producer
   * @throws IllegalArgumentException if 64 bits of microseconds cannot hold the event time
   */
  CompletableFuture<Receipt> send(Event event);

  /**
   * Accepts an event for sending, without a future. For a small event, the future costs more than
   * all other work of sending it. {@link #flush} and {@link #close} throw the first failure of a
   * posted event; a {@linkplain Builder#receipts listener} receives the outcome of each batch.
   *
   * @param event its arrays may be reused when this method has returned
   * @throws MillraceException as for {@link #send}
   * @throws IllegalArgumentException as for {@link #send}
   */
  void post(Event event);

  /**
   * Sends all accepted events without lingering. Blocks until each of them has its receipt or its
   * failure, and the code that depends on their futures has run. Failures of events with a future
   * are not thrown here.
   *
   * @throws MillraceException the first failure of a posted event that was not thrown before;
   *     {@code INTERRUPTED}; {@code CLOSED} if the client is closed
   * @throws IllegalStateException on the client's event loop
   */
  void flush();

  /** The name of the topic. */
  String topic();

  /** The number of partitions of the topic. */
  int partitions();

  /**
   * The sequence after which a named producer continues. All events that were sent under its name
   * with this sequence or a smaller one were durable when this producer was opened. It is the
   * smallest {@link #lastSequence(int)}. Some partitions may have later events too. If these are
   * sent again, they are recognized and not stored again.
   *
   * @return {@link Event#NO_SEQUENCE} if a partition has no events of this name, or the producer
   *     has no name
   */
  long lastSequence();

  /**
   * The greatest sequence under the producer's name that was durable in a partition when this
   * producer was opened. An event with this sequence or a smaller one is not sent. Its future
   * completes at once; the receipt has no offset.
   *
   * @return {@link Event#NO_SEQUENCE} if there is none
   * @throws IndexOutOfBoundsException if there is no such partition
   */
  long lastSequence(int partition);

  /**
   * Accepts no more events, waits at most 30 s for the receipts, and then fails the remaining
   * events with {@code CLOSED}. The 30 s begin again while a quota of the broker delays the
   * receipts. Later calls have no effect.
   *
   * @throws MillraceException the first failure of a posted event that was not thrown before; the
   *     producer is closed nevertheless
   * @throws IllegalStateException on the client's event loop
   */
  @Override
  void close();

  /**
   * As {@link #close()}, with another timeout, which begins once.
   *
   * @param timeout the longest time to wait for receipts; zero: fail the remaining events at once
   * @throws MillraceException as for {@link #close()}
   * @throws IllegalStateException on the client's event loop
   */
  void close(Duration timeout);

  /** The settings of a new producer. For one thread. */
  interface Builder {

    /**
     * The source of events that have none. Default: the client id.
     *
     * @param source 1 to 255 bytes of UTF-8; {@link #build()} checks it
     */
    Builder source(String source);

    /**
     * The name of the producer, for an import that can be repeated. Under this name, the broker
     * remembers the last sequence of each partition, for as long as the topic exists. Default: no
     * name.
     *
     * <p>Opening a name ends the producer that had opened it before, with {@code
     * STALE_PRODUCER_EPOCH}. Every event must have a {@linkplain Event.Builder#sequence sequence}.
     * An event without a partition and a key goes to partition {@code sequence / 1024 mod
     * partitions}, so that it goes to the same partition in each run. The producer has one batch in
     * flight for each partition.
     *
     * @param name 1 to 255 bytes of UTF-8, unique in the topic; null: no name
     */
    Builder name(String name);

    /** When the broker acknowledges an event. Default: {@link Ack#SYNCED}. */
    Builder ack(Ack ack);

    /** The compression of the batches. Default: {@link Codec#NONE}. */
    Builder compression(Codec codec);

    /**
     * The maximum number of bytes of a batch before compression; a larger event has a batch of its
     * own. Values above the broker's {@code limits.maxBatchBytes} are reduced to it. The default is
     * 256 KiB. It is smaller for many partitions: one open batch of each partition and the batches
     * in flight must fit into the memory limit.
     *
     * @param bytes 1,024 or more
     * @throws IllegalArgumentException if it is out of range
     */
    Builder batchBytes(int bytes);

    /**
     * How long a batch that is not full waits for more events. With zero, a batch is sent at once
     * while at most one batch of its partition is unanswered; otherwise it waits until a response
     * arrives or it is full. So a single event is sent at once, and batches grow with the load.
     * Default: zero.
     *
     * @param linger zero or more, and less than the delivery timeout
     * @throws IllegalArgumentException if it is negative
     */
    Builder linger(Duration linger);

    /**
     * The most unanswered batches of one partition. Default: 16 with {@link Ack#SYNCED}, else 5.
     *
     * @param batches 1 to 16
     * @throws IllegalArgumentException if it is out of range
     */
    Builder maxInFlight(int batches);

    /**
     * The maximum number of bytes of batches without a receipt. A batch counts as {@code
     * batchBytes}, and a larger event as its size. Default: 64 MiB.
     *
     * @param bytes 1,024 or more, and at least {@code batchBytes}
     * @throws IllegalArgumentException if it is less than 1,024
     */
    Builder memoryLimit(long bytes);

    /**
     * How long {@code send} waits for memory. Default: 60 s.
     *
     * @param timeout zero or more; zero: {@code send} does not wait
     * @throws IllegalArgumentException if it is negative
     */
    Builder sendTimeout(Duration timeout);

    /**
     * Whether the broker recognizes batches that are resent. Without this, a batch that is resent
     * after a broken connection can be stored twice or out of order. Default: {@code true}, but
     * {@code false} with {@link Ack#NONE}, which resends nothing.
     */
    Builder idempotent(boolean idempotent);

    /** The listener that receives the outcome of each batch. Default: none. */
    Builder receipts(ReceiptListener listener);

    /** The delivery timeout and the pauses. Default: {@link RetryPolicy#defaults()}. */
    Builder retry(RetryPolicy policy);

    /**
     * Opens the producer. Blocks until the broker has described the topic and has issued a producer
     * id. The request timeout limits each request.
     *
     * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code INVALID_SOURCE}, {@code
     *     SERVER_UNREACHABLE}, {@code REQUEST_TIMEOUT}, {@code CLOSED}, {@code INTERRUPTED}; with a
     *     name also {@code INVALID_REQUEST}, {@code LIMIT_REACHED}, {@code UNSUPPORTED_VERSION}
     * @throws IllegalArgumentException if settings contradict each other: {@code idempotent(true)}
     *     with {@link Ack#NONE}; a name without {@link Ack#SYNCED} or without idempotence; a memory
     *     limit below {@code batchBytes}; a linger that is not shorter than the delivery timeout
     * @throws IllegalStateException on the client's event loop
     */
    Producer build();
  }
}
