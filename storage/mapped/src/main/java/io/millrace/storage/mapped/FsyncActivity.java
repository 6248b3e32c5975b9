package io.millrace.storage.mapped;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Whether events of any log in a storage are being forced to the disk, or were just now. A force
 * waits behind all that the disk was asked for before it, so whoever reads history asks for little
 * at once then. Any thread.
 */
final class FsyncActivity {

  static final long RECENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final LongSupplier nanoTime;
  private final AtomicInteger underWay = new AtomicInteger();
  private volatile long lastEnd;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  FsyncActivity(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.lastEnd = nanoTime.getAsLong() - RECENT_NANOS;
  }

  void begin() {
    underWay.incrementAndGet();
  }

  void end() {
    lastEnd = nanoTime.getAsLong();
    underWay.decrementAndGet();
  }

  boolean any() {
    return underWay.get() > 0 || nanoTime.getAsLong() - lastEnd < RECENT_NANOS;
  }
}
