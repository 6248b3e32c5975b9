package io.millrace.client.internal;

import io.millrace.client.internal.PendingBatch.State;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * The batches of one partition that were sent and are not settled yet, oldest first, with the
 * identity and the sequence under which the broker takes them: each follows the one before it. When
 * a batch was removed without being stored, the sequence has a gap that the broker will not pass;
 * {@link #renumber} closes it. Event loop only.
 */
final class SentBatches {

  private final boolean named;
  private final ArrayDeque<PendingBatch> batches = new ArrayDeque<>();

  private ProducerIdentity identity;
  private long nextSequence;
  private int awaiting;
  private boolean gap;

  /**
   * @param named whether the events bring their sequences; else the batches count from 0
   */
  SentBatches(ProducerIdentity identity, boolean named) {
    this.identity = identity;
    this.named = named;
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
  PendingBatch oldest() {
    return batches.peekFirst();
  }

  /** Adds a batch behind the others, under the sequence after theirs. */
  void add(PendingBatch batch, PartitionLine line) {
    place(batch, line);
    batches.addLast(batch);
  }

  private void place(PendingBatch batch, PartitionLine line) {
    if (named) {
      batch.placeNamed(line, identity);
    } else {
      batch.place(line, identity, nextSequence);
      nextSequence += batch.eventCount();
    }
  }

  /** The first that is to be sent again, if those before it stand where it can follow; or null. */
  PendingBatch nextToResend() {
    PendingBatch before = null;
    for (PendingBatch batch : batches) {
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
  void await(PendingBatch batch) {
    batch.state(State.AWAITING);
    awaiting++;
  }

  /**
   * Its answer has come, or will not come any more.
   *
   * @return false if none was awaited
   */
  boolean endWait(PendingBatch batch) {
    if (batch.state() != State.AWAITING) {
      return false;
    }
    awaiting--;
    return true;
  }

  /** Removes a batch that is settled. */
  void remove(PendingBatch batch) {
    batches.remove(batch);
    batch.state(State.NEW);
  }

  /** Removes a batch that is not stored, and leaves a gap in the sequence, if it counts. */
  void removeUnstored(PendingBatch batch) {
    gap = identity.isIdempotent();
    remove(batch);
  }

  /** Removes all, for good; they may still be held by the socket. */
  List<PendingBatch> removeAll() {
    List<PendingBatch> all = new ArrayList<>(batches);
    batches.clear();
    awaiting = 0;
    all.forEach(batch -> batch.state(State.NEW));
    return all;
  }

  /** Those begun at or before a moment whose events were told nothing yet. */
  List<PendingBatch> overdue(long openedNanos) {
    return batches.stream()
        .filter(batch -> batch.openedNanos() - openedNanos <= 0 && !batch.isGivenUp())
        .toList();
  }

  /** Shows those whose events were told nothing yet. */
  void forEachUntold(Consumer<PendingBatch> action) {
    for (PendingBatch batch : batches) {
      if (!batch.isGivenUp()) {
        action.accept(batch);
      }
    }
  }

  /** Whether nothing can be added before the sequence is renumbered. */
  boolean hasGap() {
    return gap;
  }

  /** Whether nothing is left before the gap, so that the sequence can be renumbered. */
  boolean isGapNext() {
    PendingBatch head = batches.peekFirst();
    return gap && awaiting == 0 && (head == null || head.state() == State.MISPLACED);
  }

  /**
   * Finds a gap that no removed batch has left: the oldest does not follow what the broker has.
   *
   * @return whether there is one that was not known
   */
  boolean findGap() {
    PendingBatch head = batches.peekFirst();
    boolean found = !gap && head != null && head.state() == State.MISPLACED;
    gap |= found;
    return found;
  }

  /**
   * Places all anew under an identity that the broker has never seen, counting from 0; but those
   * whose events were told a failure are removed.
   *
   * @return what was removed
   */
  List<PendingBatch> renumber(ProducerIdentity fresh, PartitionLine line) {
    identity = fresh;
    nextSequence = 0;
    gap = false;
    List<PendingBatch> removed = new ArrayList<>();
    for (Iterator<PendingBatch> all = batches.iterator(); all.hasNext(); ) {
      PendingBatch batch = all.next();
      if (batch.isGivenUp()) {
        all.remove();
        removed.add(batch);
      } else {
        place(batch, line);
      }
    }
    return removed;
  }
}
