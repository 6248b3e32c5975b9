package io.millrace.client.internal.producer;

import io.millrace.client.Event;
import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.ResponseHandler;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.Header;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Response;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A batch from its first event to its receipt, with the futures of its events. Used again after
 * that, with its buffer.
 *
 * <p>Filled under the lock of its {@link PartitionAccumulator}; once taken from there it is the
 * event loop's.
 */
final class ProducerBatch implements ResponseHandler {

  /** What is known about the batch. */
  enum State {
    /**
     * Being filled, or waiting to be sent for the first time under its identity; or removed from
     * its line: an answer that comes all the same is not heeded.
     */
    NEW,
    /** Sent; the answer is still to come. */
    AWAITING,
    /** Sent, but the connection broke, or the broker refused it for now: to be sent as it is. */
    UNCERTAIN,
    /** Refused because its sequence does not follow; not stored. */
    MISPLACED
  }

  private static final int FIRST_FUTURES = 16;

  private final BatchBuilder builder;

  /** Of those events that have one, with their places in the batch. */
  private final List<CompletableFuture<Receipt>> futures = new ArrayList<>();

  private int[] places = new int[FIRST_FUTURES];
  private int memoryUnits;
  private long openedNanos;
  private long lastSequence;
  private boolean unfilled;

  // The event loop's.
  private PartitionSender line;
  private ProducerIdentity identity;
  private long baseSequence;
  private int eventCount;
  private ByteBuffer bytes;
  private State state = State.NEW;
  private boolean givenUp;
  private CompletableFuture<Void> told;

  ProducerBatch(BatchBuilder builder) {
    this.builder = builder;
  }

  /** Begins a batch. */
  void open(int memoryUnits, long nowNanos) {
    this.memoryUnits = memoryUnits;
    this.openedNanos = nowNanos;
  }

  /** It is sent before it is full. */
  void leaveUnfilled() {
    unfilled = true;
  }

  /** Whether it was sent before it was full. */
  boolean isUnfilled() {
    return unfilled;
  }

  /** What the batch was charged with. */
  int memoryUnits() {
    return memoryUnits;
  }

  /** When its first event came. */
  long openedNanos() {
    return openedNanos;
  }

  /**
   * Adds an event if there is room.
   *
   * @param source UTF-8, left unchanged by the caller
   * @param future null: nobody asks for it
   */
  boolean add(
      Event event,
      byte[] source,
      long timestampMicros,
      List<Header> headers,
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

  /** As {@link #place}, under the caller's sequences: the batch tells the last one. */
  void placeNamed(PartitionSender line, ProducerIdentity identity) {
    place(line, identity, lastSequence - (builder.recordCount() - 1));
  }

  /** Puts the batch into a line, under an identity and a sequence: never sent under another one. */
  void place(PartitionSender line, ProducerIdentity identity, long baseSequence) {
    this.line = line;
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

  /** Whether the broker takes this batch right after that one. */
  boolean follows(ProducerBatch before) {
    return !identity.isIdempotent()
        || identity.equals(before.identity)
            && baseSequence == before.baseSequence + before.eventCount;
  }

  int eventCount() {
    return eventCount;
  }

  /** Of the finished batch, as it travels. */
  int sizeBytes() {
    return bytes.limit();
  }

  /** A view of the finished batch, for one sending. */
  ByteBuffer bytes() {
    return bytes.duplicate();
  }

  State state() {
    return state;
  }

  void state(State next) {
    this.state = next;
  }

  /** Whether its events were told a failure: it stays in line only to keep the sequence whole. */
  boolean isGivenUp() {
    return givenUp;
  }

  /** Done when every event has been told and all that hangs on that has run. */
  CompletableFuture<Void> told() {
    if (told == null) {
      told = new CompletableFuture<>();
    }
    return told;
  }

  /** Tells every event that was not given up where it is stored. */
  void succeed(ReceiptNotifier receipts, Receipt first) {
    if (!givenUp) {
      for (int i = 0; i < futures.size(); i++) {
        futures.get(i).complete(receiptAt(first, places[i]));
      }
      receipts.stored(first, builder.recordCount());
    }
    allTold();
  }

  private static Receipt receiptAt(Receipt first, int place) {
    boolean unknown = first.offset() == Receipt.UNKNOWN_OFFSET;
    return unknown
        ? first
        : new Receipt(first.topic(), first.partition(), first.offset() + place, first.appendTime());
  }

  /** Fails every event that has not been told yet. */
  void fail(ReceiptNotifier receipts, int partition, MillraceException cause) {
    if (!givenUp) {
      givenUp = true;
      for (CompletableFuture<Receipt> future : futures) {
        future.completeExceptionally(cause);
      }
      int events = builder.recordCount();
      receipts.failed(partition, events, events - futures.size(), cause);
    }
    allTold();
  }

  private void allTold() {
    futures.clear();
    if (told != null) {
      told.complete(null);
      told = null;
    }
  }

  /** Forgets everything but the memory, for the next use. */
  void reset() {
    builder.reset();
    futures.clear();
    unfilled = false;
    givenUp = false;
    line = null;
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
    line.answered(this, response);
  }

  @Override
  public void lost(MillraceException cause) {
    line.lost(this);
  }
}
