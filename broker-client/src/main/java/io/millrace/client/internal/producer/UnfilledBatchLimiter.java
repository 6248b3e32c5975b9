package io.millrace.client.internal.producer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Limits how many unfilled batches of a producer are in flight. An unfilled batch is one that was
 * sent before it was full. Below the limit, every partition may send an unfilled batch immediately,
 * because waiting gains nothing. At the limit, the partitions wait in a queue, first come first
 * served, and their batches fill in the meantime. So the broker fsyncs few batches of many events,
 * instead of many batches of few events. Full batches are neither limited nor counted. Event loop
 * only.
 *
 * <p>No partition waits forever. While partitions wait, at least one unfilled batch is in flight,
 * or {@link #admitWaiting} is about to run. The end of such a batch admits a waiting partition.
 * Therefore the sender of a batch must call {@link #ended} for each batch, whether it is answered,
 * written, or lost with the connection.
 */
final class UnfilledBatchLimiter {

  /**
   * The most unfilled batches in flight: as many as the broker syncs at once by default. Measured
   * with 1,000 partitions, {@code SYNCED}, each event to the next partition: 1.1 to 1.6 million
   * events a second without a limit, 3.1 to 3.6 million with a limit of 8 to 32.
   */
  static final int MAX_UNFILLED = 32;

  private final Executor later;
  private final Set<PartitionSender> waiting = new LinkedHashSet<>();

  private int unfilled;
  private boolean admissionScheduled;
  private PartitionSender admitted;

  /**
   * @param later runs a task on the event loop, after the tasks that are queued there
   */
  UnfilledBatchLimiter(Executor later) {
    this.later = later;
  }

  /** A batch was sent. */
  void sent(ProducerBatch batch) {
    if (batch.isUnfilled()) {
      unfilled++;
    }
  }

  /** A batch was answered, or its response cannot arrive any more. */
  void ended(ProducerBatch batch) {
    if (batch.isUnfilled()) {
      unfilled--;
    }
    if (!admissionScheduled && !waiting.isEmpty()) {
      admissionScheduled = true;
      later.execute(this::admitWaiting);
    }
  }

  /**
   * Whether a partition may send one unfilled batch now. If not, the partition is queued, and is
   * asked again when it may send.
   */
  boolean allows(PartitionSender partition) {
    boolean allowed = unfilled < MAX_UNFILLED && (waiting.isEmpty() || partition == admitted);
    admitted = null;
    if (!allowed) {
      waiting.add(partition);
    }
    return allowed;
  }

  /**
   * Lets waiting partitions send, up to the limit. A partition that cannot send calls {@link
   * #allows} again later.
   */
  private void admitWaiting() {
    admissionScheduled = false;
    while (unfilled < MAX_UNFILLED && !waiting.isEmpty()) {
      Iterator<PartitionSender> longest = waiting.iterator();
      admitted = longest.next();
      longest.remove();
      admitted.sendReady();
      admitted = null;
    }
  }
}
