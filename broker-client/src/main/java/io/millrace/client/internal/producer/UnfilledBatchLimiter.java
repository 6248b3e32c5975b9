package io.millrace.client.internal.producer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Which partitions of a producer may send batches that are not full. While few such batches are
 * unanswered, all may: nothing is gained by waiting. With many, partitions take turns, the longest
 * waiting first, and their batches fill meanwhile; so the broker has few forces of many events to
 * do, not many of few. Full batches wait for no turn and make nobody wait. Event loop only.
 *
 * <p>Nobody waits in vain: while somebody waits, either so many unfilled batches are unanswered
 * that one of them will end, or those whose turn it is are about to be called. So whoever has sent
 * a batch tells of its end, whichever it is: answered, written, or lost with the connection.
 */
final class UnfilledBatchLimiter {

  /**
   * From so many unanswered batches that were not full on, partitions take turns: as many as the
   * broker forces at once by default. Measured with 1,000 partitions, {@code SYNCED}, each event to
   * the next: 1.1 to 1.6 million events a second without turns, 3.1 to 3.6 million with 8 to 32.
   */
  static final int MOST_UNFILLED = 32;

  private final Executor later;
  private final Set<PartitionSender> waiting = new LinkedHashSet<>();

  private int unfilled;
  private boolean calling;
  private PartitionSender called;

  /**
   * @param later runs a task on the event loop, after what it does now
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

  /** A batch was answered, or will not be. */
  void ended(ProducerBatch batch) {
    if (batch.isUnfilled()) {
      unfilled--;
    }
    if (!calling && !waiting.isEmpty()) {
      calling = true;
      later.execute(this::callNext);
    }
  }

  /** Whether a line may send one unfilled batch now; if not, it is called when it may. */
  boolean isTurnOf(PartitionSender line) {
    boolean turn = unfilled < MOST_UNFILLED && (waiting.isEmpty() || line == called);
    called = null;
    if (!turn) {
      waiting.add(line);
    }
    return turn;
  }

  /** Calls those whose turn it is; who cannot send now asks again when it can. */
  private void callNext() {
    calling = false;
    while (unfilled < MOST_UNFILLED && !waiting.isEmpty()) {
      Iterator<PartitionSender> longest = waiting.iterator();
      called = longest.next();
      longest.remove();
      called.pump();
      called = null;
    }
  }
}
