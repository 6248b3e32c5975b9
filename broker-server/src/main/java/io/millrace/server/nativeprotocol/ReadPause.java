package io.millrace.server.nativeprotocol;

import io.millrace.server.quota.ByteRate;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Pauses the deliveries of one connection while its client is over its read quota. Any thread. */
final class ReadPause {

  /** Shorter pauses are not worth a timer; the burst makes up for the longer ones. */
  private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long after a pause the client still counts as delayed, for people. */
  private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ByteRate rate;
  private final NativeConnection connection;
  private final LongSupplier nanoTime;
  private final AtomicBoolean paused = new AtomicBoolean();
  private volatile boolean everPaused;
  private volatile long pausedNanos;

  ReadPause(ByteRate rate, NativeConnection connection, LongSupplier nanoTime) {
    this.rate = rate;
    this.connection = connection;
    this.nanoTime = nanoTime;
  }

  /** Whether a delivery may be made now. If not, subscriptions and queues are resumed later. */
  boolean mayDeliver() {
    long now = nanoTime.getAsLong();
    long delay = rate.delayNanos(now);
    if (delay == 0) {
      return true;
    }
    pausedNanos = now;
    everPaused = true;
    if (paused.compareAndSet(false, true)) {
      connection.execute(() -> resumeAfter(Math.max(delay, SHORTEST_NANOS)));
    }
    return false;
  }

  /** Counts a delivery. */
  void delivered(long bytes) {
    rate.charge(bytes, nanoTime.getAsLong());
  }

  /** Whether deliveries are paused, or were a moment ago. */
  boolean isRecent() {
    return everPaused && nanoTime.getAsLong() - pausedNanos < RECENT_NANOS || paused.get();
  }

  private void resumeAfter(long delayNanos) {
    connection.channel().eventLoop().schedule(this::resume, delayNanos, TimeUnit.NANOSECONDS);
  }

  private void resume() {
    paused.set(false);
    connection.subscriptions().resumeAll();
    connection.queues().resumeAll();
  }
}
