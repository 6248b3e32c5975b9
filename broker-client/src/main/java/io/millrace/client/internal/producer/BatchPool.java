package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.client.internal.producer.ProducerSettings.Batching;
import io.millrace.client.internal.producer.ProducerSettings.Limits;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.record.BatchBuilder;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of one producer. Batches are acquired here and released when their outcome is known.
 * Threads wait for memory first come first served. A thread that finds enough memory for its batch
 * takes it, even if others wait for more. Any thread.
 */
final class BatchPool {

  /** The unit in which memory is counted, so that 31 bits are enough. */
  static final int UNIT_BYTES = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(BatchPool.class);

  private final String topic;
  private final Batching batches;
  private final Limits limits;
  private final EventLoop eventLoop;
  private final Runnable onWait;
  private final Supplier<String> blocker;
  private final int totalUnits;
  private final Semaphore units;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ArrayDeque<ProducerBatch> idle = new ArrayDeque<>();

  /**
   * @param onWait called on a thread before it waits for memory
   * @param blocker why no memory becomes free, as the end of a message; called on any thread
   */
  BatchPool(
      ProducerSettings settings, EventLoop eventLoop, Runnable onWait, Supplier<String> blocker) {
    this.topic = settings.topic().name();
    this.batches = settings.batches();
    this.limits = settings.limits();
    this.eventLoop = eventLoop;
    this.onWait = onWait;
    this.blocker = blocker;
    this.totalUnits = (int) Math.min(Integer.MAX_VALUE, limits.memoryBytes() / UNIT_BYTES);
    this.units = new Semaphore(totalUnits, true);
  }

  /** Whether a thread waits for memory. */
  boolean hasWaiters() {
    return waiting.get() > 0;
  }

  /**
   * Acquires an empty batch. Waits for memory, at most for the send timeout.
   *
   * @param minBytes the size of a batch with only the first event
   * @throws MillraceException {@code SEND_TIMEOUT}, {@code INTERRUPTED}
   */
  ProducerBatch acquire(int minBytes) {
    int needed = (Math.max(batches.maxBytes(), minBytes) + UNIT_BYTES - 1) / UNIT_BYTES;
    int charged = Math.min(totalUnits, needed);
    if (!units.tryAcquire(charged)) {
      await(charged);
    }
    boolean acquired = false;
    try {
      ProducerBatch batch = idleOrNew();
      batch.open(charged, System.nanoTime());
      acquired = true;
      return batch;
    } finally {
      if (!acquired) {
        units.release(charged);
      }
    }
  }

  private ProducerBatch idleOrNew() {
    synchronized (idle) {
      ProducerBatch batch = idle.pollLast();
      if (batch != null) {
        return batch;
      }
    }
    return new ProducerBatch(
        new BatchBuilder(batches.maxBytes(), limits.maxBatchBytes(), batches.codec()));
  }

  /**
   * Frees the memory of a batch for other threads. Called once for each acquired batch, before the
   * outcome of its events is reported, so that a callback can send again. {@link #recycle} follows,
   * unless the socket may still hold the batch.
   */
  void releaseMemory(ProducerBatch batch) {
    units.release(batch.memoryUnits());
  }

  /**
   * Keeps a batch for the next {@link #acquire}, which reuses its buffer. Its memory must be free
   * already. The caller, other threads and the socket must not use the batch any more. A batch that
   * is not recycled is left to the garbage collector.
   */
  void recycle(ProducerBatch batch) {
    try {
      batch.reset();
    } catch (OutOfMemoryError e) {
      // reset() replaces a large buffer by a small one, and there is no memory for the small one.
      LOG.warn("event=batch_not_kept topic={} cause={}", topic, e.toString());
      return;
    }
    synchronized (idle) {
      idle.addLast(batch);
    }
  }

  /** Frees the memory of a batch that the socket does not hold, and recycles the batch. */
  void release(ProducerBatch batch) {
    releaseMemory(batch);
    recycle(batch);
  }

  private void await(int charged) {
    if (eventLoop.inEventLoop()) {
      throw full("; send was called on the event loop, where it must not wait");
    }
    waiting.incrementAndGet();
    onWait.run();
    try {
      long timeoutNanos = DurationNanos.capped(limits.sendTimeout());
      if (!units.tryAcquire(charged, timeoutNanos, TimeUnit.NANOSECONDS)) {
        throw full(", and no memory became free within " + TimeSpan.format(limits.sendTimeout()));
      }
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("the producer's memory", e);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private MillraceException full(String detail) {
    return new MillraceException(
        ErrorCode.SEND_TIMEOUT,
        "the producer of topic "
            + topic
            + " has reached its memory limit of "
            + limits.memoryBytes()
            + " bytes of unacknowledged events"
            + detail
            + blocker.get()
            + "; send less, or raise memoryLimit or sendTimeout");
  }
}
