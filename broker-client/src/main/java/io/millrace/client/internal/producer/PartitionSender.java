package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.producer.ProducerBatch.State;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The sender of one partition: takes batches from the accumulator, sends them, and resends them
 * when a connection breaks or the broker refuses them. It keeps their order, and leaves no gap in
 * their sequence, as {@link RefusalRecovery} describes. Event loop only.
 *
 * <p>When the delivery timeout of a batch is over, its futures fail. An idempotent batch still
 * stays in flight: the broker may store it later, and the sequences of the batches after it depend
 * on it.
 */
final class PartitionSender {

  /**
   * With fewer unanswered batches than this, a batch is sent although it is not full. With a limit
   * of one, an event that arrives shortly before a response waits for the response, and the broker
   * is idle while the response is on its way. Measured at 10,000 events a second, from send to
   * receive: a median of 125 to 135 us with a limit of two, 140 to 160 us with one. A limit of
   * three or more was no faster.
   */
  private static final int FEW_UNANSWERED = 2;

  private final ProducerSender producer;
  private final ProducerSettings settings;
  private final int partition;
  private final PartitionAccumulator accumulator;
  private final InFlightBatches inFlight;
  private final BatchCompletion completion;
  private final RefusalRecovery recovery;
  private final LingerTimer linger;

  private ClientConnection connection;

  /** Whether the broker has stored a batch under the current identity, over this connection. */
  private boolean identityConfirmed;

  /** Whether a quota has delayed answers, and when it was last seen to do so. */
  private boolean throttled;

  private long throttledNanos;

  PartitionSender(
      ProducerSender producer,
      ProducerSettings settings,
      int partition,
      ProducerRegistration registration,
      Backoff backoff) {
    this.producer = producer;
    this.settings = settings;
    this.partition = partition;
    this.accumulator =
        new PartitionAccumulator(
            settings.batches().linger(),
            registration.lastSequences().get(partition),
            () -> producer.wake(this));
    this.inFlight = new InFlightBatches(settings, partition, registration.identity());
    this.completion = new BatchCompletion(producer, settings, partition, inFlight);
    this.recovery = new RefusalRecovery(producer, this, inFlight, backoff);
    this.linger = new LingerTimer(producer, accumulator, this::sendReady);
  }

  /** The accumulator of the partition. Any thread. */
  PartitionAccumulator accumulator() {
    return accumulator;
  }

  /** A connection is ready. All batches in flight are sent again over it, in order. */
  void connected(ClientConnection next) {
    connection = next;
    identityConfirmed = false;
    recovery.connected();
    removeTooLarge(next.broker().maxBatchBytes());
    sendReady();
  }

  /**
   * The connection is closed. The caller has called {@link #lost} for each unanswered batch before.
   */
  void disconnected() {
    connection = null;
    recovery.disconnected();
  }

  /** Sends all that can be sent now. */
  void sendReady() {
    if (connection == null || !recovery.maySend()) {
      return;
    }
    if (inFlight.isGapNext()) {
      recovery.renewIdentity();
      return;
    }
    resend();
    while (!inFlight.hasGap() && inFlight.size() < maxInFlight() && takesMore()) {
      boolean memoryShort = producer.isMemoryShort();
      boolean few = inFlight.size() < (memoryShort ? 1 : FEW_UNANSWERED);
      boolean unfilledToo = few && producer.unfilledLimiter().allows(this);
      ProducerBatch next = accumulator.take(unfilledToo, memoryShort, System.nanoTime());
      if (next == null) {
        if (!settings.batches().linger().isZero()) {
          linger.start();
        }
        return;
      }
      if (add(next)) {
        send(next);
      }
    }
  }

  /** The broker has answered a batch. */
  void answered(ProducerBatch batch, Response response) {
    if (!inFlight.endWait(batch)) {
      return;
    }
    producer.unfilledLimiter().ended(batch);
    if (response instanceof ErrorResponse refusal) {
      refused(batch, refusal);
    } else {
      stored(batch, (ProduceResponse) response);
    }
    recovery.continueIfDrained();
    sendReady();
  }

  /** The connection broke before the response. */
  void lost(ProducerBatch batch) {
    if (!inFlight.endWait(batch)) {
      return;
    }
    producer.unfilledLimiter().ended(batch);
    if (settings.delivery().ackLevel() == AckLevel.NONE
        || batch.isFailed() && !inFlight.isIdempotent()) {
      inFlight.remove(batch);
      completion.failedWhileHeld(batch, producer.disconnection());
      return;
    }
    batch.state(State.UNCERTAIN);
  }

  /**
   * Fails the events whose delivery timeout is over. The timeout begins again while a quota delays
   * the answers to batches of the partition, unless the broker refuses them. Called regularly.
   *
   * @param openedNanos the batches that were begun at or before this moment are overdue
   * @param nowNanos as {@link System#nanoTime()} counts
   */
  void expire(long openedNanos, long nowNanos) {
    if (producer.throttle().hasDelayedAfter(nowNanos, inFlight::mayHaveSource)) {
      throttled = true;
      throttledNanos = nowNanos;
    }
    if (lastRefusal().isEmpty() && wasThrottledAfter(openedNanos)) {
      return;
    }
    if (settings.delivery().isNamed()) {
      endIfOverdue(openedNanos);
      return;
    }
    for (ProducerBatch batch : accumulator.removeOlder(openedNanos)) {
      completion.failed(batch, completion.deliveryTimeout("it was never sent"));
    }
    for (ProducerBatch batch : inFlight.overdue(openedNanos)) {
      MillraceException cause = completion.deliveryTimeout("it may be stored or not");
      if (inFlight.isIdempotent() || batch.state() == State.AWAITING_RESPONSE) {
        completion.failEvents(batch, cause);
      } else {
        inFlight.remove(batch);
        completion.failed(batch, cause);
      }
    }
  }

  /** Also by batches that are answered by now, and for which those after them have waited. */
  private boolean wasThrottledAfter(long nanos) {
    return throttled && throttledNanos - nanos > 0
        || producer.throttle().hasDelayedAfter(nanos, inFlight::mayHaveSource);
  }

  /** Ends a named producer at the first overdue event, so that it sends no later event. */
  private void endIfOverdue(long openedNanos) {
    ProducerBatch oldest = inFlight.size() == 0 ? accumulator.oldest() : inFlight.oldest();
    if (oldest != null && oldest.openedNanos() - openedNanos <= 0) {
      producer.fail(
          completion.deliveryTimeout("it may be stored or not, and nothing was sent after it"));
    }
  }

  /** Why the batches of the partition are not stored, as the end of a message. */
  String delay() {
    return completion.delay();
  }

  /** Why the broker does not store batches of the partition; empty if it does. Any thread. */
  Optional<MillraceException> lastRefusal() {
    return completion.lastRefusal();
  }

  /** A request for a new producer id has failed, without which the partition sends nothing. */
  void identityRefused(MillraceException cause) {
    completion.recordRefusal(cause);
  }

  /** Fails all batches, and all later sends. */
  void fail(MillraceException cause) {
    accumulator.refuse(cause);
    accumulator.seal();
    connection = null;
    inFlight.removeAll().forEach(batch -> completion.failedWhileHeld(batch, cause));
    accumulator.removeOlder(System.nanoTime()).forEach(batch -> completion.failed(batch, cause));
  }

  /**
   * Ends all lingering.
   *
   * @param completed gets one future for each batch, which completes when the outcome of the batch
   *     is reported
   */
  void flush(List<CompletableFuture<Void>> completed) {
    accumulator.seal();
    accumulator.forEach(batch -> completed.add(batch.completed()));
    inFlight.forEachUnreported(batch -> completed.add(batch.completed()));
  }

  /** Continues under a new identity. No batch in flight is stored; each gets a new sequence. */
  void restart(ProducerIdentity fresh) {
    identityConfirmed = false;
    for (ProducerBatch batch : inFlight.restart(fresh)) {
      if (batch.isFailed()) {
        producer.pool().release(batch);
      } else {
        add(batch);
      }
    }
  }

  private void resend() {
    ProducerBatch next = inFlight.nextToResend();
    while (next != null && inFlight.awaiting() < maxInFlight() && takesMore()) {
      send(next);
      next = inFlight.nextToResend();
    }
  }

  private boolean takesMore() {
    return connection != null && connection.takesMore() && !producer.throttle().stopsSending();
  }

  /** Adds a batch to those in flight, or fails it alone if it can never be sent. */
  private boolean add(ProducerBatch batch) {
    try {
      inFlight.add(batch, this);
      return true;
    } catch (MillraceException e) {
      giveUp(batch, e);
      return false;
    }
  }

  /**
   * Removes the batches above the broker's limit. The broker does not read a frame of such a batch,
   * but closes the connection with an error that ends the client.
   */
  private void removeTooLarge(int maxBatchBytes) {
    for (ProducerBatch batch : inFlight.setMaxBytes(maxBatchBytes)) {
      MillraceException cause = inFlight.tooLarge(batch);
      inFlight.removeUnstored(batch);
      giveUp(batch, cause);
    }
  }

  /**
   * Fails a batch that is not in flight and can never be sent. A named producer fails too, because
   * it must not skip an event.
   */
  private void giveUp(ProducerBatch batch, MillraceException cause) {
    completion.recordRefusal(cause);
    completion.failed(batch, cause);
    if (settings.delivery().isNamed()) {
      producer.fail(cause);
    }
  }

  /**
   * The maximum number of unanswered batches: one until it is certain that the broker knows the
   * producer. A broker that has forgotten the producer accepts any sequence. It could refuse the
   * first batch with a retriable error, and store the second batch before the first one is resent.
   * A named producer always sends one batch at a time, because the broker accepts any higher
   * sequence from it.
   */
  private int maxInFlight() {
    boolean pipelined = identityConfirmed && !settings.delivery().isNamed();
    return pipelined || !inFlight.isIdempotent() ? settings.delivery().maxInFlight() : 1;
  }

  private void send(ProducerBatch batch) {
    inFlight.beginWait(batch);
    producer.unfilledLimiter().sent(batch);
    try {
      write(batch);
    } catch (Throwable e) {
      // Out of memory. Half of the request may be written, so nothing can be written after it.
      connection.close(ProducerFailures.unwritten(e));
      lost(batch);
    }
  }

  private void write(ProducerBatch batch) {
    AckLevel ack = settings.delivery().ackLevel();
    if (ack == AckLevel.NONE) {
      connection
          .produceUnanswered(settings.topic().id(), partition, batch.bytes())
          .addListener(written -> written(batch, written.isSuccess()));
    } else {
      connection.produce(
          settings.topic().id(), partition, ack, batch.secret(), batch.bytes(), batch);
    }
  }

  private void written(ProducerBatch batch, boolean success) {
    if (!success) {
      lost(batch);
    } else if (inFlight.endWait(batch)) {
      producer.unfilledLimiter().ended(batch);
      complete(batch, Receipt.UNKNOWN_OFFSET, null);
      producer.wake(this);
    }
  }

  private void stored(ProducerBatch batch, ProduceResponse receipt) {
    recovery.stored();
    completion.clearRefusal();
    identityConfirmed = true;
    complete(batch, receipt.baseOffset(), EpochMicros.toInstant(receipt.appendTimeMicros()));
  }

  private void refused(ProducerBatch batch, ErrorResponse response) {
    BatchRefusal refusal = BatchRefusal.of(response.code());
    if (refusal == BatchRefusal.ALREADY_STORED) {
      complete(batch, Receipt.UNKNOWN_OFFSET, null);
      return;
    }
    MillraceException cause = ClientFailures.refused(response);
    completion.recordRefusal(cause);
    if (refusal == BatchRefusal.ENDS_PRODUCER
        || settings.delivery().isNamed() && refusal != BatchRefusal.RETRIABLE) {
      producer.fail(cause);
      return;
    }
    identityConfirmed = false;
    recovery.refused(refusal == BatchRefusal.RETRIABLE);
    if (refusal == BatchRefusal.OUT_OF_SEQUENCE && inFlight.isIdempotent()) {
      batch.state(State.OUT_OF_SEQUENCE);
    } else if (refusal == BatchRefusal.RETRIABLE) {
      batch.state(State.UNCERTAIN);
    } else {
      inFlight.removeUnstored(batch);
      completion.failed(batch, cause);
    }
  }

  private void complete(ProducerBatch batch, long baseOffset, Instant appendTime) {
    inFlight.remove(batch);
    completion.stored(batch, baseOffset, appendTime);
  }
}
