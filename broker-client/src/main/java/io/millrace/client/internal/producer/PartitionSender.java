package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.Receipt;
import io.millrace.client.internal.connection.Backoff;
import io.millrace.client.internal.connection.ClientConnection;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.EpochMicros;
import io.millrace.client.internal.producer.ProducerBatch.State;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.ProduceResponse;
import io.millrace.protocol.wire.Response;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One partition's way to the broker: takes batches from its queue, sends them, and keeps their
 * order and sequence whole whatever the broker answers and whenever the connection breaks. Event
 * loop only.
 *
 * <pre>
 *   FLOWING --a batch is refused--> DRAINING --all answers are in--> PAUSED --> FLOWING
 *                                      |                                          ^
 *                                      +--the sequence has a gap--> RENAMING -----+
 * </pre>
 *
 * <p>After a refusal nothing more is sent until everything under way has its answer. What may be
 * stored, or was refused for now, is then sent again under the same sequence, so that the broker
 * recognizes it. When a batch has left the line without being stored, the sequence has a gap that
 * the broker will not pass; as soon as nothing is left before the gap, the line gets a new producer
 * id and begins to count from 0. An old copy of a batch, still on its way in a dead connection, can
 * never be taken for the next one: its id does not move any more.
 *
 * <p>A batch whose delivery time is over fails its futures but stays in line, because it may be
 * stored yet and the batches behind it count on it.
 */
final class PartitionSender {

  /**
   * With fewer unanswered batches, one that is not full is sent as well. With one, an event that
   * comes shortly before an answer has to wait for it: at 10,000 events a second, sent and received
   * in a median of 125 to 135 us instead of 140 to 160; and the broker has nothing to do while the
   * answer is on its way. With three or more it was no faster.
   */
  private static final int FEW_UNANSWERED = 2;

  private enum Mode {
    FLOWING,
    DRAINING,
    PAUSED,
    RENAMING
  }

  private final ProducerSender loop;
  private final ProducerSettings settings;
  private final int partition;
  private final PartitionAccumulator queue;
  private final Backoff backoff;
  private final InFlightBatches sent;
  private final BatchCompletion settlement;
  private final LingerTimer linger;

  private ClientConnection connection;
  private Mode mode = Mode.FLOWING;
  private boolean proven;
  private boolean pauseDue;

  PartitionSender(
      ProducerSender loop,
      ProducerSettings settings,
      int partition,
      ProducerRegistration start,
      Backoff backoff) {
    this.loop = loop;
    this.settings = settings;
    this.partition = partition;
    this.queue =
        new PartitionAccumulator(
            settings.batches().linger(),
            start.lastSequences().get(partition),
            () -> loop.wake(this));
    this.sent = new InFlightBatches(settings, partition, start.identity());
    this.settlement = new BatchCompletion(loop, settings, partition);
    this.linger = new LingerTimer(loop, queue, this::pump);
    this.backoff = backoff;
  }

  PartitionAccumulator queue() {
    return queue;
  }

  /** There is a connection: what is in line is sent again, in order. */
  void connected(ClientConnection next) {
    connection = next;
    proven = false;
    if (mode != Mode.RENAMING) {
      mode = Mode.FLOWING;
    }
    removeTooLarge(next.broker().maxBatchBytes());
    pump();
  }

  /** The connection is gone; every batch that waited for an answer was told. */
  void disconnected() {
    connection = null;
    pauseDue = false;
    if (mode == Mode.DRAINING) {
      mode = Mode.FLOWING;
    }
  }

  /** Sends what can be sent now. */
  void pump() {
    if (connection == null || mode != Mode.FLOWING) {
      return;
    }
    if (sent.isGapNext()) {
      rename();
      return;
    }
    resend();
    while (!sent.hasGap() && sent.size() < mostInLine() && takesMore()) {
      boolean hurry = loop.isHurried();
      boolean few = sent.size() < (hurry ? 1 : FEW_UNANSWERED);
      boolean turn = few && loop.turns().isTurnOf(this);
      ProducerBatch next = queue.take(turn, hurry, System.nanoTime());
      if (next == null) {
        if (!settings.batches().linger().isZero()) {
          linger.start();
        }
        return;
      }
      if (place(next)) {
        send(next);
      }
    }
  }

  /** The broker has answered a batch. */
  void answered(ProducerBatch batch, Response response) {
    if (!sent.endWait(batch)) {
      return;
    }
    loop.turns().ended(batch);
    if (response instanceof ErrorResponse refusal) {
      refused(batch, refusal);
    } else {
      stored(batch, (ProduceResponse) response);
    }
    if (mode == Mode.DRAINING && sent.awaiting() == 0) {
      drained();
    }
    pump();
  }

  /** The connection broke before the answer. */
  void lost(ProducerBatch batch) {
    if (!sent.endWait(batch)) {
      return;
    }
    loop.turns().ended(batch);
    if (settings.delivery().ackLevel() == AckLevel.NONE
        || batch.isGivenUp() && !sent.isIdempotent()) {
      sent.remove(batch);
      settlement.abandoned(batch, loop.disconnection());
      return;
    }
    batch.state(State.UNCERTAIN);
  }

  /** Fails the events whose delivery time is over: those begun at or before a moment. */
  void expire(long openedNanos) {
    if (settings.delivery().isNamed()) {
      endIfOverdue(openedNanos);
      return;
    }
    for (ProducerBatch batch : queue.removeOlder(openedNanos)) {
      settlement.failed(batch, settlement.undelivered("it was never sent"));
    }
    for (ProducerBatch batch : sent.overdue(openedNanos)) {
      MillraceException cause = settlement.undelivered("it may be stored or not");
      if (sent.isIdempotent() || batch.state() == State.AWAITING) {
        settlement.tell(batch, cause);
      } else {
        sent.remove(batch);
        settlement.failed(batch, cause);
      }
    }
  }

  /** With an event that is given up, a named producer must send nothing that comes after it. */
  private void endIfOverdue(long openedNanos) {
    ProducerBatch oldest = sent.size() == 0 ? queue.oldest() : sent.oldest();
    if (oldest != null && oldest.openedNanos() - openedNanos <= 0) {
      loop.fail(settlement.undelivered("it may be stored or not, and nothing was sent after it"));
    }
  }

  /** Fails everything, for good. */
  void fail(MillraceException cause) {
    queue.refuse(cause);
    queue.seal();
    connection = null;
    sent.removeAll().forEach(batch -> settlement.abandoned(batch, cause));
    queue.removeOlder(System.nanoTime()).forEach(batch -> settlement.failed(batch, cause));
  }

  /** Lets nothing linger; adds what is done when everything sent so far has been told. */
  void flush(List<CompletableFuture<Void>> told) {
    queue.seal();
    queue.forEach(batch -> told.add(batch.told()));
    sent.forEachUntold(batch -> told.add(batch.told()));
  }

  private void resend() {
    ProducerBatch next = sent.nextToResend();
    while (next != null && sent.awaiting() < mostInLine() && takesMore()) {
      send(next);
      next = sent.nextToResend();
    }
  }

  private boolean takesMore() {
    return connection != null && connection.takesMore();
  }

  /** Puts a batch at the end of the line, or fails it alone, if it can never be sent. */
  private boolean place(ProducerBatch batch) {
    try {
      sent.add(batch, this);
      return true;
    } catch (MillraceException e) {
      giveUp(batch, e);
      return false;
    }
  }

  /**
   * Removes what is over the limit of a broker. Sent all the same, it would end the client: a
   * broker does not read such a frame.
   */
  private void removeTooLarge(int maxBatchBytes) {
    for (ProducerBatch batch : sent.limit(maxBatchBytes)) {
      MillraceException cause = sent.tooLarge(batch);
      sent.removeUnstored(batch);
      giveUp(batch, cause);
    }
  }

  /**
   * Fails a batch that is in no line and can never be sent; and with it a named producer, which
   * must pass nothing over.
   */
  private void giveUp(ProducerBatch batch, MillraceException cause) {
    settlement.refused(cause);
    settlement.failed(batch, cause);
    if (settings.delivery().isNamed()) {
      loop.fail(cause);
    }
  }

  /**
   * One, until the broker is known to know the producer: one that has forgotten it takes any
   * sequence, and would store the second batch before a first one that it had refused for now. Of a
   * named producer it always takes any.
   */
  private int mostInLine() {
    boolean inTurn = proven && !settings.delivery().isNamed();
    return inTurn || !sent.isIdempotent() ? settings.delivery().maxInFlight() : 1;
  }

  private void send(ProducerBatch batch) {
    sent.await(batch);
    loop.turns().sent(batch);
    try {
      write(batch);
    } catch (Throwable e) {
      // There is no memory. What was written may be half a request: nothing can follow it.
      connection.close(ProducerFailures.unwritten(e));
      lost(batch);
    }
  }

  private void write(ProducerBatch batch) {
    if (settings.delivery().ackLevel() == AckLevel.NONE) {
      connection
          .produceUnanswered(settings.topic().id(), partition, batch.bytes())
          .addListener(written -> written(batch, written.isSuccess()));
    } else {
      connection.produce(
          settings.topic().id(), partition, settings.delivery().ackLevel(), batch.bytes(), batch);
    }
  }

  private void written(ProducerBatch batch, boolean success) {
    if (!success) {
      lost(batch);
    } else if (sent.endWait(batch)) {
      loop.turns().ended(batch);
      complete(batch, Receipt.UNKNOWN_OFFSET, null);
      loop.wake(this);
    }
  }

  private void stored(ProducerBatch batch, ProduceResponse receipt) {
    backoff.reset();
    settlement.refusedNoMore();
    proven = true;
    complete(batch, receipt.baseOffset(), EpochMicros.toInstant(receipt.appendTimeMicros()));
  }

  private void refused(ProducerBatch batch, ErrorResponse response) {
    BatchRefusal refusal = BatchRefusal.of(response.code());
    if (refusal == BatchRefusal.STORED_BEFORE) {
      complete(batch, Receipt.UNKNOWN_OFFSET, null);
      return;
    }
    MillraceException cause = ClientFailures.refused(response);
    settlement.refused(cause);
    if (refusal == BatchRefusal.FATAL
        || settings.delivery().isNamed() && refusal != BatchRefusal.FOR_NOW) {
      loop.fail(cause);
      return;
    }
    mode = Mode.DRAINING;
    proven = false;
    if (refusal == BatchRefusal.MISPLACED && sent.isIdempotent()) {
      batch.state(State.MISPLACED);
    } else if (refusal == BatchRefusal.FOR_NOW) {
      batch.state(State.UNCERTAIN);
      pauseDue = true;
    } else {
      sent.removeUnstored(batch);
      settlement.failed(batch, cause);
    }
  }

  /** All answers are in; decides how to go on. */
  private void drained() {
    if (sent.findGap()) {
      // Nothing can fill it: the broker has lost what it had acknowledged.
      pauseDue = true;
    }
    if (pauseDue) {
      pauseDue = false;
      mode = Mode.PAUSED;
      loop.later(this::resume, backoff.nextMs());
    } else {
      mode = Mode.FLOWING;
    }
  }

  private void resume() {
    if (mode == Mode.PAUSED) {
      mode = Mode.FLOWING;
      pump();
    }
  }

  /** Gets a new producer id, under which the line counts from 0. */
  private void rename() {
    mode = Mode.RENAMING;
    loop.newIdentity()
        .whenComplete(
            (fresh, failure) -> {
              if (mode != Mode.RENAMING) {
                return;
              }
              if (failure != null) {
                mode = Mode.PAUSED;
                loop.later(this::resume, backoff.nextMs());
              } else {
                renamed(fresh);
              }
            });
  }

  private void renamed(ProducerIdentity fresh) {
    proven = false;
    for (ProducerBatch batch : sent.restart(fresh)) {
      if (batch.isGivenUp()) {
        loop.pool().giveBack(batch);
      } else {
        place(batch);
      }
    }
    mode = Mode.FLOWING;
    pump();
  }

  private void complete(ProducerBatch batch, long baseOffset, Instant appendTime) {
    sent.remove(batch);
    settlement.stored(batch, baseOffset, appendTime);
  }
}
