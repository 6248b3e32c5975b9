package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.producer.ProducerBatch.State;
import io.millrace.protocol.record.SourceFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The batches of one partition that are encoded and not completed, oldest first, with the identity
 * and the next sequence of the partition. The sequence of each batch follows the sequence of the
 * previous batch. A batch that is removed without being stored leaves a gap in the sequence, and
 * the broker refuses all batches after the gap; {@link #restart} closes it. Event loop only.
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

  /** Whether the broker recognizes a batch that it has stored before. */
  boolean isIdempotent() {
    return identity.isIdempotent();
  }

  int size() {
    return batches.size();
  }

  /** The number of batches whose response is outstanding. */
  int awaiting() {
    return awaiting;
  }

  /** The oldest batch; null if there is none. */
  ProducerBatch oldest() {
    return batches.peekFirst();
  }

  /**
   * Encodes a batch under the next sequence, and adds it at the end.
   *
   * @throws MillraceException {@code INTERNAL} if the batch cannot be encoded, because the library
   *     of the codec cannot be loaded or there is no memory; {@code BATCH_TOO_LARGE}. In both
   *     cases, the batch uses no sequence
   */
  void add(ProducerBatch batch, PartitionSender sender) {
    try {
      encode(batch, sender);
    } catch (Throwable e) {
      throw ProducerFailures.notEncoded(settings, partition, e);
    }
    if (batch.sizeBytes() > maxBytes) {
      throw tooLarge(batch);
    }
    nextSequence += batch.eventCount();
    batches.addLast(batch);
  }

  private void encode(ProducerBatch batch, PartitionSender sender) {
    if (settings.delivery().isNamed()) {
      batch.encodeNamed(sender, identity);
    } else {
      batch.encode(sender, identity, nextSequence);
    }
  }

  /** The oldest batch to resend. Null if there is none, or if the sequence has a gap before it. */
  ProducerBatch nextToResend() {
    ProducerBatch before = null;
    for (ProducerBatch batch : batches) {
      if (before != null && !batch.follows(before)) {
        return null;
      }
      if (batch.state() != State.AWAITING_RESPONSE) {
        return batch;
      }
      before = batch;
    }
    return null;
  }

  /** Records that a batch is sent and its response is outstanding. */
  void beginWait(ProducerBatch batch) {
    batch.state(State.AWAITING_RESPONSE);
    awaiting++;
  }

  /**
   * Records that the response to a batch has arrived, or cannot arrive any more.
   *
   * @return false if no response was outstanding
   */
  boolean endWait(ProducerBatch batch) {
    if (batch.state() != State.AWAITING_RESPONSE) {
      return false;
    }
    awaiting--;
    return true;
  }

  /** Removes a batch that is completed and has no outstanding response. */
  void remove(ProducerBatch batch) {
    batches.remove(batch);
    batch.state(State.NEW);
  }

  /** Removes a batch that is not stored. If it has a sequence, a gap remains in the sequences. */
  void removeUnstored(ProducerBatch batch) {
    gap = identity.isIdempotent();
    remove(batch);
  }

  /** Removes all batches and returns them. The socket may hold some of them. */
  List<ProducerBatch> removeAll() {
    List<ProducerBatch> all = new ArrayList<>(batches);
    batches.clear();
    awaiting = 0;
    all.forEach(batch -> batch.state(State.NEW));
    return all;
  }

  /**
   * The batches that were begun at or before a moment and whose outcome is not reported.
   *
   * @param openedNanos the moment, as {@link System#nanoTime()} counts
   */
  List<ProducerBatch> overdue(long openedNanos) {
    return batches.stream()
        .filter(batch -> batch.openedNanos() - openedNanos <= 0 && !batch.isFailed())
        .toList();
  }

  /**
   * Sets the broker's limit for a batch, which can change with each connection.
   *
   * @return the batches above the limit
   */
  List<ProducerBatch> setMaxBytes(int maxBytes) {
    this.maxBytes = maxBytes;
    return batches.stream().filter(batch -> batch.sizeBytes() > maxBytes).toList();
  }

  /** The failure of a batch above the limit. */
  MillraceException tooLarge(ProducerBatch batch) {
    boolean uncertain = batch.state() == State.UNCERTAIN;
    return ProducerFailures.tooLarge(
        settings,
        partition,
        batch.sizeBytes(),
        maxBytes,
        uncertain ? "it may be stored or not" : "it is not stored");
  }

  /** Whether a batch may have events of a source with these bits, by {@link SourceFilter}. */
  boolean mayHaveSource(long bits) {
    return batches.stream().anyMatch(batch -> SourceFilter.mayContain(batch.sources(), bits));
  }

  /** Calls an action with each batch whose outcome is not reported. */
  void forEachUnreported(Consumer<ProducerBatch> action) {
    for (ProducerBatch batch : batches) {
      if (!batch.isFailed()) {
        action.accept(batch);
      }
    }
  }

  /** Whether the sequence has a gap, so that no batch can be added before {@link #restart}. */
  boolean hasGap() {
    return gap;
  }

  /** Whether the sequence can be restarted: it has a gap, and no batch before the gap is left. */
  boolean isGapNext() {
    ProducerBatch head = batches.peekFirst();
    return gap && awaiting == 0 && (head == null || head.state() == State.OUT_OF_SEQUENCE);
  }

  /**
   * Detects a gap that the broker has caused. The broker has lost batches, and the sequence of the
   * oldest batch in flight does not follow the last sequence of the broker.
   *
   * @return whether this call has found a new gap
   */
  boolean detectGap() {
    ProducerBatch head = batches.peekFirst();
    boolean found = !gap && head != null && head.state() == State.OUT_OF_SEQUENCE;
    gap |= found;
    return found;
  }

  /**
   * Removes all batches, and restarts the sequence at 0 under an identity that the broker has never
   * seen.
   *
   * @return the batches, none of which is stored; to be added again in this order
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
