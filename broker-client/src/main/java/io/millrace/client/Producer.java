package io.millrace.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Sends events to one topic, in batches. Thread-safe.
 *
 * <p><b>Partition.</b> An event with a key goes to partition {@code CRC-32C(key) mod partitions},
 * so that equal keys stay in order. Events without a key fill one batch of one partition after the
 * other; several in a row where many partitions make batches smaller than 256 KiB.
 *
 * <p><b>Order.</b> Events of one partition are stored in the order of their {@code send} calls.
 *
 * <p><b>Delivery.</b> A batch that the broker refuses for now, or whose connection breaks, is sent
 * again, in order, until {@link RetryPolicy#deliveryTimeout()}; producer id and sequence numbers
 * keep it from being stored twice. A future that fails with {@code MALFORMED_BATCH}, {@code
 * INVALID_SOURCE}, {@code EVENT_TOO_LARGE} or {@code BATCH_TOO_LARGE} says that the event is not
 * stored; the latter two only if the broker's limits were not lowered while the producer was open.
 * All else leaves it open: {@code DELIVERY_TIMEOUT} (unless the message says that the event was
 * never sent), {@code CLOSED}, {@code CONNECTION_LOST}, {@code INTERNAL}, and what has ended the
 * producer or the client. Who then sends the event again may store it twice.
 *
 * <p><b>Names.</b> A producer with a {@linkplain Builder#name name} and the caller's own
 * {@linkplain Event.Builder#sequence sequences} stores each event once, however often and from
 * whichever process the whole is sent again. It ends with the first event that it cannot deliver,
 * so that a later one never hides that it is missing; all that is under way gets that failure, and
 * the name, opened again, tells what is stored.
 *
 * <p><b>Threads.</b> Futures complete on the client's event loop: what depends on them must be
 * quick and must not block; {@link #flush}, {@link #close} and a {@link #send} that would have to
 * wait are refused there.
 */
public interface Producer extends AutoCloseable {

  /**
   * Takes an event for sending. Blocks while the producer's memory limit is reached, at most for
   * its send timeout. An event that was taken is never dropped: its future tells its fate. An event
   * for which this method throws was not taken.
   *
   * @return completes with the receipt, or exceptionally with a {@link MillraceException}
   * @throws MillraceException {@code EVENT_TOO_LARGE}, {@code INVALID_SOURCE}, {@code
   *     UNKNOWN_PARTITION}, {@code SEND_TIMEOUT}, {@code CLOSED}, {@code INTERRUPTED}; of a named
   *     producer also {@code OUT_OF_ORDER_SEQUENCE} and what has ended it; {@code INVALID_REQUEST}
   *     if the event has a sequence and the producer no name, or the other way round
   */
  CompletableFuture<Receipt> send(Event event);

  /**
   * As {@link #send}, without a future: for many events of which only the whole matters. A future
   * for each event costs more than all the rest of sending a small one. What becomes of the events
   * is told by {@link #flush}, and by the batch to {@link Builder#receipts}.
   *
   * @throws MillraceException as {@link #send}
   */
  void post(Event event);

  /**
   * Sends what is waiting, and blocks until everything that was sent or posted before this call has
   * its receipt or its failure, and what hangs on the futures has run. Failures of events that were
   * sent are for their futures to tell.
   *
   * @throws MillraceException {@code INTERRUPTED}; or the first failure of a posted event that no
   *     call has thrown yet
   */
  void flush();

  /** The topic's name. */
  String topic();

  /** How many partitions the topic has. */
  int partitions();

  /**
   * The sequence after which a named producer goes on: everything that was sent under its name up
   * to here was stored, durably, when this producer was opened. It is the smallest {@link
   * #lastSequence(int)}; some partitions may have come further, and what is sent to them again is
   * recognized. {@link Event#NO_SEQUENCE} if some partition has nothing, or the producer no name.
   */
  long lastSequence();

  /**
   * The greatest sequence that was stored in a partition under this producer's name, durably, when
   * it was opened; {@link Event#NO_SEQUENCE} if there is none. An event that is not above it
   * completes at once, without being sent; its receipt has no offset.
   *
   * @throws IndexOutOfBoundsException if there is no such partition
   */
  long lastSequence(int partition);

  /**
   * Takes no more events, waits up to 30 s for what was sent, then fails the rest with {@code
   * CLOSED}. Repeated calls do nothing.
   *
   * @throws MillraceException the first failure of a posted event that {@link #flush} has not
   *     thrown; the producer is closed all the same
   */
  @Override
  void close();

  /** {@link #close()} with another time to wait; zero: fails at once what has no receipt yet. */
  void close(Duration timeout);

  /** Settings of a new producer. Not thread-safe. */
  interface Builder {

    /** Source of events that name none, 1 to 255 bytes of UTF-8. Default: the client id. */
    Builder source(String source);

    /**
     * Makes an import that can be repeated, from where it was or from its beginning: the broker
     * remembers under this name how far it has come, as long as the topic exists. Whoever has
     * opened the name before is shut out with {@code STALE_PRODUCER_EPOCH}. Every event needs a
     * {@linkplain Event.Builder#sequence sequence}; one that names neither partition nor key goes
     * to partition {@code sequence / 1024 mod partitions}, so that it is found where it was. One
     * batch is under way per partition at a time.
     *
     * @param name 1 to 255 bytes of UTF-8, unique in the topic. Null, the default: no name
     */
    Builder name(String name);

    /** How safe an event must be before its receipt. Default: {@link Ack#SYNCED}. */
    Builder ack(Ack ack);

    /** How batches are compressed. Default: {@link Codec#NONE}. */
    Builder compression(Codec codec);

    /**
     * Most bytes of a batch before compression; a larger event travels alone. 1 KiB up to the
     * broker's limit, to which a larger value is cut. Default: 256 KiB; less with many partitions,
     * so that one batch of each that is being filled, and those under way, fit into the memory
     * limit.
     */
    Builder batchBytes(int bytes);

    /**
     * How long a batch waits for more events. Zero, the default: not at all while at most one of
     * its partition is unanswered, else until an answer comes or the batch is full, so that batches
     * grow with the load and a lone event is sent at once. Less than the delivery timeout.
     */
    Builder linger(Duration linger);

    /** Most unanswered batches a partition, 1 to 16. Default: 16 with SYNCED, else 5. */
    Builder maxInFlight(int batches);

    /**
     * Most bytes of events that wait for their receipts; charged by the batch, so that it is at
     * least {@code batchBytes}. Default: 64 MiB.
     */
    Builder memoryLimit(long bytes);

    /** How long {@code send} waits for memory; zero: not at all. Default: 60 s. */
    Builder sendTimeout(Duration timeout);

    /**
     * Whether the broker recognizes resent batches. Without it, what is resent after a broken
     * connection may be stored twice, or out of order. Default: on, except with {@link Ack#NONE},
     * which knows no resending.
     */
    Builder idempotent(boolean idempotent);

    /** Who is told of the events by the batch. Default: nobody. */
    Builder receipts(ReceiptListener listener);

    /** How long and how often delivery is tried. Default: {@link RetryPolicy#defaults()}. */
    Builder retry(RetryPolicy policy);

    /**
     * Asks the broker for the topic and for a producer id, and opens the producer.
     *
     * @throws MillraceException {@code UNKNOWN_TOPIC}, {@code INVALID_SOURCE}, {@code
     *     SERVER_UNREACHABLE}, {@code REQUEST_TIMEOUT}; with a name also {@code INVALID_REQUEST},
     *     {@code LIMIT_REACHED}, {@code UNSUPPORTED_VERSION}
     * @throws IllegalArgumentException if settings contradict each other
     */
    Producer build();
  }
}
