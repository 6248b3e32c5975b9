package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The appends that wait for an fsync, in offset order. Bounded. Owner thread. */
final class PendingAcks {

  /** Most appends of one partition that wait for an fsync. */
  static final int MAX_WAITING = 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(PendingAcks.class);

  private final PartitionName name;
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  PendingAcks(PartitionName name) {
    this.name = name;
  }

  /** Waits until the durable offset reaches {@code nextOffset}. */
  private record Waiter(
      long nextOffset, long baseOffset, long appendTimeMicros, AppendCallback callback) {}

  boolean isEmpty() {
    return waiters.isEmpty();
  }

  /**
   * Refuses an append when the limit is reached.
   *
   * @throws BrokerException {@code TOO_MANY_IN_FLIGHT}
   */
  void requireRoom() {
    if (waiters.size() >= MAX_WAITING) {
      throw new BrokerException(
          ErrorCode.TOO_MANY_IN_FLIGHT,
          MAX_WAITING
              + " appends to "
              + name
              + " wait for the disk, the most allowed; wait for answers, and send larger batches");
    }
  }

  void add(long nextOffset, long baseOffset, long appendTimeMicros, AppendCallback callback) {
    // A batch that was stored before needs a smaller offset than the appends that wait. It waits
    // for their offset, so that answers keep their order.
    Waiter last = waiters.peekLast();
    long target = last == null ? nextOffset : Math.max(nextOffset, last.nextOffset);
    waiters.add(new Waiter(target, baseOffset, appendTimeMicros, callback));
  }

  /** Answers every append that this durable offset covers. */
  void complete(long durable) {
    while (!waiters.isEmpty() && waiters.peek().nextOffset <= durable) {
      Waiter waiter = waiters.poll();
      call(() -> waiter.callback.appended(waiter.baseOffset, waiter.appendTimeMicros));
    }
  }

  /** Refuses every append that waits. */
  void refuse(BrokerException cause) {
    while (!waiters.isEmpty()) {
      Waiter waiter = waiters.poll();
      call(() -> waiter.callback.refused(cause));
    }
  }

  /** A callback that throws does not stop the answers to other appends. */
  private static void call(Runnable answer) {
    try {
      answer.run();
    } catch (RuntimeException | Error e) {
      LOG.error("event=append_callback_failed", e);
    }
  }
}
