package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.ResponseHandler;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.RecordHeader;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A batch of events, from its first event until its outcome is reported, with the futures of its
 * events. The {@link BatchPool} reuses the object and its buffer for later batches.
 *
 * <p>Guarded by the lock of its {@link PartitionAccumulator} while it is filled. Once it is taken
 * from there, it belongs to the event loop.
 */
final class ProducerBatch implements ResponseHandler {

  /** The state of a batch that is in flight. */
  enum State {
    /** Not sent yet, or not in flight any more; a late response is ignored. */
    NEW,
    /** Sent; the response is outstanding. */
    AWAITING_RESPONSE,
    /**
     * Sent, but it may not be stored: the connection broke, or the broker refused the batch with a
     * retriable error. The batch will be resent unchanged.
     */
    UNCERTAIN,
    /** Refused because its sequence does not follow the broker's last one; not stored. */
    OUT_OF_SEQUENCE
  }

  private static final int INITIAL_FUTURES = 16;

  private final BatchBuilder builder;

  /**
   * The futures of the events; posted events have none. For each future, {@link #places} has the
   * index of its event in the batch.
   */
  private final List<CompletableFuture<Receipt>> futures = new ArrayList<>();

  private int[] places = new int[INITIAL_FUTURES];
  private int memoryUnits;
  private long openedNanos;
  private long lastSequence;
  private boolean unfilled;

  // The rest is for the event loop only.
  private PartitionSender sender;
  private ProducerIdentity identity;
  private long baseSequence;
  private int eventCount;
  private ByteBuffer bytes;
  private State state = State.NEW;
  private boolean failed;
  private CompletableFuture<Void> completed;

  ProducerBatch(BatchBuilder builder) {
    this.builder = builder;
  }

  /**
   * Begins an empty batch.
   *
   * @param memoryUnits the memory that the pool charges for it
   * @param nowNanos the start of its delivery timeout, as {@link System#nanoTime()} counts
   */
  void open(int memoryUnits, long nowNanos) {
    this.memoryUnits = memoryUnits;
    this.openedNanos = nowNanos;
  }

  /** Records that it is sent before it is full. */
  void markUnfilled() {
    unfilled = true;
  }

  /** Whether it was sent before it was full. */
  boolean isUnfilled() {
    return unfilled;
  }

  /** The memory that the pool charges for it, in {@link BatchPool#UNIT_BYTES}. */
  int memoryUnits() {
    return memoryUnits;
  }

  /** When its first event was added, as {@link System#nanoTime()} counts. */
  long openedNanos() {
    return openedNanos;
  }

  /**
   * Adds an event if there is room.
   *
   * @param source UTF-8; not copied, the caller must not change it
   * @param future completes with the receipt; null for an event that was posted
   * @return whether the event was added
   */
  boolean add(
      Event event,
      byte[] source,
      long timestampMicros,
      List<RecordHeader> headers,
      CompletableFuture<Receipt> future) {
    if (!builder.add(source, timestampMicros, event.key(), event.value(), headers)) {
      return false;
    }
    if (future != null) {
      keep(future);
    }
    lastSequence = event.sequence();
    return true;
  }

  private void keep(CompletableFuture<Receipt> future) {
    int kept = futures.size();
    if (kept == places.length) {
      places = Arrays.copyOf(places, 2 * kept);
    }
    places[kept] = builder.recordCount() - 1;
    futures.add(future);
  }

  /** Encodes the batch of a named producer, so that it ends with the sequence of its last event. */
  void encodeNamed(PartitionSender sender, ProducerIdentity identity) {
    encode(sender, identity, lastSequence - (builder.recordCount() - 1));
  }

  /**
   * Encodes the batch under an identity and a sequence. A batch that the broker may have stored
   * keeps its identity and sequence.
   */
  void encode(PartitionSender sender, ProducerIdentity identity, long baseSequence) {
    this.sender = sender;
    this.identity = identity;
    this.baseSequence = baseSequence;
    this.eventCount = builder.recordCount();
    this.bytes =
        builder.finish(
            identity.producerId(),
            identity.epoch(),
            identity.isIdempotent() ? baseSequence : BatchHeader.NO_SEQUENCE);
    this.state = State.NEW;
  }

  /** Whether the broker accepts this batch directly after another one. */
  boolean follows(ProducerBatch before) {
    return !identity.isIdempotent()
        || identity.equals(before.identity)
            && baseSequence == before.baseSequence + before.eventCount;
  }

  /** The number of its events, once it is encoded. */
  int eventCount() {
    return eventCount;
  }

  /** The size of the encoded batch on the wire. */
  int sizeBytes() {
    return bytes.limit();
  }

  /** The filter of the sources of its events, once it is encoded. */
  long sources() {
    return BatchHeader.sourceFilter(bytes, 0);
  }

  /** The proof of the identity under which it is encoded. */
  ProducerSecret secret() {
    return identity.secret();
  }

  /** A new view of the encoded batch, for sending it once. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  State state() {
    return state;
  }

  void state(State next) {
    this.state = next;
  }

  /** Whether its events have failed. It then stays in flight only to leave no gap. */
  boolean isFailed() {
    return failed;
  }

  /** Completes when the outcome is reported to all events, and their callbacks have run. */
  CompletableFuture<Void> completed() {
    if (completed == null) {
      completed = new CompletableFuture<>();
    }
    return completed;
  }

  /**
   * Completes all events, unless they have failed before.
   *
   * @param first the receipt of the first event
   */
  void succeed(ReceiptNotifier receipts, Receipt first) {
    if (!failed) {
      for (int i = 0; i < futures.size(); i++) {
        futures.get(i).complete(receiptAt(first, places[i]));
      }
      receipts.stored(first, builder.recordCount());
    }
    signalCompleted();
  }

  private static Receipt receiptAt(Receipt first, int place) {
    boolean unknown = first.offset() == Receipt.UNKNOWN_OFFSET;
    return unknown
        ? first
        : new Receipt(first.topic(), first.partition(), first.offset() + place, first.appendTime());
  }

  /** Fails all events, unless they have failed before. */
  void fail(ReceiptNotifier receipts, int partition, MillraceException cause) {
    if (!failed) {
      failed = true;
      for (CompletableFuture<Receipt> future : futures) {
        future.completeExceptionally(cause);
      }
      int events = builder.recordCount();
      receipts.failed(partition, events, events - futures.size(), cause);
    }
    signalCompleted();
  }

  private void signalCompleted() {
    futures.clear();
    if (completed != null) {
      completed.complete(null);
      completed = null;
    }
  }

  /** Empties the batch for its next use. It keeps its buffer. */
  void reset() {
    builder.reset();
    futures.clear();
    unfilled = false;
    failed = false;
    sender = null;
    identity = null;
    bytes = null;
    state = State.NEW;
  }

  @Override
  public Api api() {
    return Api.PRODUCE;
  }

  @Override
  public void answered(Response response) {
    sender.answered(this, response);
  }

  @Override
  public void lost(MillraceException cause) {
    sender.lost(this);
  }
}
