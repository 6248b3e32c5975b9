package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.Backoff;

/**
 * Decides whether a partition may send, and what it does after a batch was refused. Event loop
 * only.
 *
 * <pre>
 *   SENDING --a batch is refused--> DRAINING --all responses are in--> PAUSED --> SENDING
 *      |                                |                                             ^
 *      |                                +--no pause is due----------------------------+
 *      +--the sequence has a gap--> RENEWING --the producer id is new-----------------+
 * </pre>
 *
 * <p>After a refusal, nothing is sent until every batch in flight has its response. Batches that
 * may be stored, or were refused with a retriable error, are then resent under the same sequence,
 * so that the broker recognizes them.
 *
 * <p>A batch that is removed without being stored leaves a gap in the sequence, and the broker
 * refuses all batches after the gap. When no batch before the gap is left, the partition gets a new
 * producer id and its sequence starts at 0. A copy of an old batch can still arrive from a dead
 * connection. The broker cannot take it for a new batch, because it has the old id.
 */
final class RefusalRecovery {

  private enum Mode {
    SENDING,
    DRAINING,
    PAUSED,
    RENEWING
  }

  private final ProducerSender producer;
  private final PartitionSender partition;
  private final InFlightBatches inFlight;
  private final Backoff backoff;

  private Mode mode = Mode.SENDING;
  private boolean pauseDue;

  RefusalRecovery(
      ProducerSender producer,
      PartitionSender partition,
      InFlightBatches inFlight,
      Backoff backoff) {
    this.producer = producer;
    this.partition = partition;
    this.inFlight = inFlight;
    this.backoff = backoff;
  }

  /** Whether the partition may send. */
  boolean maySend() {
    return mode == Mode.SENDING;
  }

  /** A new connection is ready. */
  void connected() {
    if (mode != Mode.RENEWING) {
      mode = Mode.SENDING;
    }
  }

  /** The connection is closed, and no response is outstanding any more. */
  void disconnected() {
    pauseDue = false;
    if (mode == Mode.DRAINING) {
      mode = Mode.SENDING;
    }
  }

  /** The broker has stored a batch: the back-off restarts with its first pause. */
  void stored() {
    backoff.reset();
  }

  /**
   * The broker has refused a batch.
   *
   * @param retriable whether to pause before the batch is sent again
   */
  void refused(boolean retriable) {
    mode = Mode.DRAINING;
    pauseDue |= retriable;
  }

  /** Continues once every batch in flight has its response. Called after each response. */
  void continueIfDrained() {
    if (mode != Mode.DRAINING || inFlight.awaiting() > 0) {
      return;
    }
    if (inFlight.detectGap()) {
      // The broker has lost batches that it had acknowledged; they cannot be resent.
      pauseDue = true;
    }
    if (pauseDue) {
      pauseDue = false;
      pause();
    } else {
      mode = Mode.SENDING;
    }
  }

  /** Requests a new producer id, under which the sequence starts at 0. */
  void renewIdentity() {
    mode = Mode.RENEWING;
    producer
        .newIdentity()
        .whenComplete(
            (fresh, failure) -> {
              if (mode != Mode.RENEWING) {
                return;
              }
              if (failure != null) {
                if (failure instanceof MillraceException refusal) {
                  partition.identityRefused(refusal);
                }
                pause();
              } else {
                partition.restart(fresh);
                mode = Mode.SENDING;
                partition.sendReady();
              }
            });
  }

  private void pause() {
    mode = Mode.PAUSED;
    producer.schedule(this::resume, backoff.nextMs());
  }

  private void resume() {
    if (mode == Mode.PAUSED) {
      mode = Mode.SENDING;
      partition.sendReady();
    }
  }
}
