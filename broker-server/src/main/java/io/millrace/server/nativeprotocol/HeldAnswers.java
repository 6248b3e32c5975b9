package io.millrace.server.nativeprotocol;

import io.millrace.core.MemoryShare;
import io.netty.util.concurrent.EventExecutor;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The answers to PRODUCE requests of one connection that a quota holds back. Their batches are
 * appended. Event loop of the connection.
 */
final class HeldAnswers {

  /**
   * Bytes of heap of a held answer: the request, its objects, and its place in the queue. The batch
   * is not kept.
   */
  static final int HEAP_BYTES = 320;

  private final EventExecutor eventLoop;
  private final MemoryShare memory;
  private final LongSupplier nanoTime;
  private final Runnable fewer;
  private final PriorityQueue<Held> queue =
      new PriorityQueue<>(Comparator.comparingLong((Held held) -> held.order));

  private final long startNanos;
  private long bytes;
  private Future<?> timer;

  /**
   * @param order the moment of its release, as the time since the queue was made
   */
  private record Held(long order, PendingRequest request, Runnable answer) {}

  /**
   * @param memory what the answers of all connections may take
   * @param fewer called when answers were released
   */
  HeldAnswers(EventExecutor eventLoop, MemoryShare memory, LongSupplier nanoTime, Runnable fewer) {
    this.eventLoop = eventLoop;
    this.memory = memory;
    this.nanoTime = nanoTime;
    this.fewer = fewer;
    this.startNanos = nanoTime.getAsLong();
  }

  /** The weight of the requests whose answers are held, as it counts for their connection. */
  long bytes() {
    return bytes;
  }

  /**
   * Holds an answer back.
   *
   * @return false if there is no memory for it; then the caller answers
   */
  boolean tryHold(long dueNanos, PendingRequest request, Runnable answer) {
    if (!memory.tryReserve(HEAP_BYTES)) {
      return false;
    }
    request.batchIsFree();
    bytes += request.weight().ofConnection();
    Held held = new Held(dueNanos - startNanos, request, answer);
    queue.add(held);
    if (queue.peek() == held) {
      restartTimer();
    }
    return true;
  }

  /** Releases all answers now. */
  void releaseAll() {
    releaseUntil(Long.MAX_VALUE);
  }

  private void releaseDue() {
    timer = null;
    releaseUntil(nanoTime.getAsLong() - startNanos);
  }

  private void releaseUntil(long order) {
    int released = 0;
    while (!queue.isEmpty() && queue.peek().order <= order) {
      Held held = queue.poll();
      bytes -= held.request.weight().ofConnection();
      memory.release(HEAP_BYTES);
      held.answer.run();
      released++;
    }
    restartTimer();
    if (released > 0) {
      fewer.run();
    }
  }

  private void restartTimer() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
    Held next = queue.peek();
    if (next != null) {
      long delay = Math.max(0, next.order - (nanoTime.getAsLong() - startNanos));
      timer = eventLoop.schedule(this::releaseDue, delay, TimeUnit.NANOSECONDS);
    }
  }
}
