package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.producer.ProducerBatch.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The batches of one partition that were sent and are not settled yet, oldest first, with the
 * identity and the sequence under which the broker takes them: each follows the one before it. When
 * a batch was removed without being stored, the sequence has a gap that the broker will not pass;
 * {@link #restart} closes it. Event loop only.
 */
final class InFlightBatches {

  private final ProducerSettings settings;
  private final int partition;
  private final ArrayDeque<ProducerBatch> batches = new ArrayDeque<>();

  private ProducerIdentity identity;
  private long nextSequence;
  private int maxBytes;
  private int awaiting;
  private boolean gap;

  InFlightBatches(ProducerSettings settings, int partition, ProducerIdentity identity) {
    this.settings = settings;
    this.partition = partition;
    this.identity = identity;
    this.maxBytes = settings.limits().maxBatchBytes();
  }

  /** Whether the broker recognizes a batch that it stored before. */
  boolean isIdempotent() {
    return identity.isIdempotent();
  }

  int size() {
    return batches.size();
  }

  /** How many of them have an answer still to come. */
  int awaiting() {
    return awaiting;
  }

  /** The oldest; null if there is none. */
  ProducerBatch oldest() {
    return batches.peekFirst();
  }

  /**
   * Adds a batch behind the others, under the sequence after theirs.
   *
   * @throws MillraceException {@code INTERNAL} if the batch cannot be finished, because the codec's
   *     library is not to be had or there is no memory; {@code BATCH_TOO_LARGE}. It has used no
   *     sequence
   */
  void add(ProducerBatch batch, PartitionSender line) {
    try {
      finish(batch, line);
    } catch (Throwable e) {
      throw ProducerFailures.unfinished(settings, partition, e);
    }
    if (batch.sizeBytes() > maxBytes) {
      throw tooLarge(batch);
    }
    nextSequence += batch.eventCount();
    batches.addLast(batch);
  }

  private void finish(ProducerBatch batch, PartitionSender line) {
    if (settings.delivery().isNamed()) {
      batch.placeNamed(line, identity);
    } else {
      batch.place(line, identity, nextSequence);
    }
  }

  /** The first that is to be sent again, if those before it stand where it can follow; or null. */
  ProducerBatch nextToResend() {
    ProducerBatch before = null;
    for (ProducerBatch batch : batches) {
      if (before != null && !batch.follows(before)) {
        return null;
      }
      if (batch.state() != State.AWAITING) {
        return batch;
      }
      before = batch;
    }
    return null;
  }

  /** From now on an answer is to come. */
  void await(ProducerBatch batch) {
    batch.state(State.AWAITING);
    awaiting++;
  }

  /**
   * Its answer has come, or will not come any more.
   *
   * @return false if none was awaited
   */
  boolean endWait(ProducerBatch batch) {
    if (batch.state() != State.AWAITING) {
      return false;
    }
    awaiting--;
    return true;
  }

  /** Removes a batch that is settled; no answer to it is awaited any more. */
  void remove(ProducerBatch batch) {
    batches.remove(batch);
    batch.state(State.NEW);
  }

  /** Removes a batch that is not stored, and leaves a gap in the sequence, if it counts. */
  void removeUnstored(ProducerBatch batch) {
    gap = identity.isIdempotent();
    remove(batch);
  }

  /** Removes all, for good; they may still be held by the socket. */
  List<ProducerBatch> removeAll() {
    List<ProducerBatch> all = new ArrayList<>(batches);
    batches.clear();
    awaiting = 0;
    all.forEach(batch -> batch.state(State.NEW));
    return all;
  }

  /** Those begun at or before a moment whose events were told nothing yet. */
  List<ProducerBatch> overdue(long openedNanos) {
    return batches.stream()
        .filter(batch -> batch.openedNanos() - openedNanos <= 0 && !batch.isGivenUp())
        .toList();
  }

  /**
   * Sets the limit of the broker that is sent to from now on.
   *
   * @return those over it
   */
  List<ProducerBatch> limit(int maxBytes) {
    this.maxBytes = maxBytes;
    return batches.stream().filter(batch -> batch.sizeBytes() > maxBytes).toList();
  }

  /** The failure of a batch over the limit. */
  MillraceException tooLarge(ProducerBatch batch) {
    boolean uncertain = batch.state() == State.UNCERTAIN;
    return ProducerFailures.tooLarge(
        settings,
        partition,
        batch.sizeBytes(),
        maxBytes,
        uncertain ? "it may be stored or not" : "it is not stored");
  }

  /** Shows those whose events were told nothing yet. */
  void forEachUntold(Consumer<ProducerBatch> action) {
    for (ProducerBatch batch : batches) {
      if (!batch.isGivenUp()) {
        action.accept(batch);
      }
    }
  }

  /** Whether nothing can be added before the sequence is begun anew. */
  boolean hasGap() {
    return gap;
  }

  /** Whether nothing is left before the gap, so that the sequence can be begun anew. */
  boolean isGapNext() {
    ProducerBatch head = batches.peekFirst();
    return gap && awaiting == 0 && (head == null || head.state() == State.MISPLACED);
  }

  /**
   * Finds a gap that no removed batch has left: the oldest does not follow what the broker has.
   *
   * @return whether there is one that was not known
   */
  boolean findGap() {
    ProducerBatch head = batches.peekFirst();
    boolean found = !gap && head != null && head.state() == State.MISPLACED;
    gap |= found;
    return found;
  }

  /**
   * Begins a sequence at 0, under an identity that the broker has never seen, with an empty line.
   *
   * @return what was in line, none of which is stored; to be added again, in this order
   */
  List<ProducerBatch> restart(ProducerIdentity fresh) {
    identity = fresh;
    nextSequence = 0;
    gap = false;
    List<ProducerBatch> all = new ArrayList<>(batches);
    batches.clear();
    return all;
  }
}
