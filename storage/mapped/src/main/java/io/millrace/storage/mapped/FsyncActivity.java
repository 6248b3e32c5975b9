package io.millrace.storage.mapped;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Records whether an fsync of any log in a storage runs, or ended within the last {@link
 * #RECENT_NANOS}. An fsync waits for all earlier reads of the disk, so readers of history request
 * small amounts during that time. Any thread.
 */
final class FsyncActivity {

  static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LongSupplier nanoTime;
  private final AtomicInteger running = new AtomicInteger();
  private volatile long lastEnd;

  /**
   * @param nanoTime a clock like {@link System#nanoTime}
   */
  FsyncActivity(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastEnd = nanoTime.getAsLong() - RECENT_NANOS;
  }

  void begin() {
    running.incrementAndGet();
  }

  void end() {
    lastEnd = nanoTime.getAsLong();
    running.decrementAndGet();
  }

  boolean isRecent() {
    return running.get() > 0 || nanoTime.getAsLong() - lastEnd < RECENT_NANOS;
  }
}
