package io.millrace.client.internal.producer;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.connection.ClientFailures;
import io.millrace.client.internal.connection.DurationNanos;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchBuilder;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of one producer: batches are taken from here and come back with their receipts. When
 * there is no more, takers wait, first come first served; but who finds enough takes it, though
 * others wait for more. Any thread.
 */
final class BatchPool {

  /** What memory is counted in, so that 31 bits are enough. */
  static final int UNIT_BYTES = 1024;

  private static final Logger LOG = LoggerFactory.getLogger(BatchPool.class);

  private final ProducerSettings settings;
  private final EventLoop eventLoop;
  private final Runnable shortage;
  private final int totalUnits;
  private final Semaphore units;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ArrayDeque<ProducerBatch> idle = new ArrayDeque<>();

  /**
   * @param shortage told, on the taker's thread, before it begins to wait
   */
  BatchPool(ProducerSettings settings, EventLoop eventLoop, Runnable shortage) {
    this.settings = settings;
    this.eventLoop = eventLoop;
    this.shortage = shortage;
    this.totalUnits =
        (int) Math.min(Integer.MAX_VALUE, settings.limits().memoryBytes() / UNIT_BYTES);
    this.units = new Semaphore(totalUnits, true);
  }

  /** Whether somebody waits for memory. */
  boolean isShort() {
    return waiting.get() > 0;
  }

  /**
   * Takes an empty batch, waiting for memory if need be.
   *
   * @param leastBytes of the first event
   * @throws MillraceException {@code SEND_TIMEOUT}, {@code INTERRUPTED}
   */
  ProducerBatch take(int leastBytes) {
    int needed =
        (Math.max(settings.batches().maxBytes(), leastBytes) + UNIT_BYTES - 1) / UNIT_BYTES;
    int charged = Math.min(totalUnits, needed);
    if (!units.tryAcquire(charged)) {
      await(charged);
    }
    boolean taken = false;
    try {
      ProducerBatch batch = idleOrNew();
      batch.open(charged, System.nanoTime());
      taken = true;
      return batch;
    } finally {
      if (!taken) {
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
        new BatchBuilder(
            settings.batches().maxBytes(),
            settings.limits().maxBatchBytes(),
            settings.batches().codec()));
  }

  /**
   * Frees the memory of a batch for other senders, once for each batch taken: before its events are
   * told, so that who is told can send again. Then {@link #recycle} the batch, unless the socket
   * may still hold it.
   */
  void free(ProducerBatch batch) {
    units.release(batch.memoryUnits());
  }

  /**
   * Keeps a batch whose memory is free, for the next taker, who writes into its buffer: nobody may
   * use it any more, nor the socket send from it. One that is not brought here is the collector's.
   */
  void recycle(ProducerBatch batch) {
    try {
      batch.reset();
    } catch (OutOfMemoryError e) {
      // There is not even room for the small buffer that follows a large one: the batch is not
      // kept.
      LOG.warn("event=batch_not_kept topic={} cause={}", settings.topic().name(), e.toString());
      return;
    }
    synchronized (idle) {
      idle.addLast(batch);
    }
  }

  /** Takes a batch back that the socket does not hold and of which nobody is to be told: both. */
  void giveBack(ProducerBatch batch) {
    free(batch);
    recycle(batch);
  }

  private void await(int charged) {
    if (eventLoop.inEventLoop()) {
      throw full("; send was called on the event loop, where it must not wait");
    }
    waiting.incrementAndGet();
    shortage.run();
    try {
      if (!units.tryAcquire(
          charged, DurationNanos.of(settings.limits().sendTimeout()), TimeUnit.NANOSECONDS)) {
        throw full(" and no receipt freed any within " + settings.limits().sendTimeout());
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
            + settings.topic().name()
            + " has reached its memory limit of "
            + settings.limits().memoryBytes()
            + " bytes of unacknowledged events"
            + detail
            + "; send less, or raise memoryLimit or sendTimeout");
  }
}
