package io.millrace.storage.mapped;

import io.millrace.storage.StorageException;
import io.millrace.storage.Verification;
import io.millrace.storage.mapped.file.Timer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks what opening the logs has not checked, segment by segment, no faster than it may. Between
 * two steps of about {@link #STEP_BYTES} it holds nothing up: neither a close, nor retention, nor
 * the other work of its thread.
 *
 * <p>Logs are added by any thread, before the start; the steps run on the timer's thread.
 */
final class BackgroundVerification implements AutoCloseable {

  static final int STEP_BYTES = 1 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundVerification.class);

  private final long bytesPerSecond;
  private final Timer timer;
  private final LongSupplier nanoTime;
  private final RateLimiter pace;
  private final Queue<SegmentCheck> waiting = new ArrayDeque<>(); // guarded by this
  private volatile Verification progress = new Verification(0, 0);
  private SegmentCheck current;
  private int currentBytesLeft;
  private int damagedRanges;
  private long startNanos;
  private boolean closed; // guarded by this

  /**
   * @param bytesPerSecond 0: nothing is checked
   * @param nanoTime as {@link System#nanoTime()}
   */
  BackgroundVerification(long bytesPerSecond, Timer timer, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.pace = new RateLimiter(bytesPerSecond, nanoTime);
  }

  /** A log that was opened before the start. */
  synchronized void add(List<SegmentCheck> unchecked) {
    if (bytesPerSecond > 0) {
      waiting.addAll(unchecked);
    }
  }

  synchronized void start() {
    long bytes = waiting.stream().mapToLong(SegmentCheck::bytes).sum();
    progress = new Verification(0, bytes);
    startNanos = nanoTime.getAsLong();
    if (!waiting.isEmpty()) {
      LOG.info(
          "event=verification_begun segments={} bytes={} bytesPerSecond={}",
          waiting.size(),
          bytes,
          bytesPerSecond);
      timer.after(0, this::step);
    }
  }

  Verification progress() {
    return progress;
  }

  /** A lock held for the length of a step keeps a close from overtaking it. */
  private synchronized void step() {
    if (closed) {
      return;
    }
    pace.begin();
    if (current == null) {
      current = waiting.poll();
      currentBytesLeft = current.bytes();
    }
    long bytes = check();
    if (current == null && waiting.isEmpty()) {
      LOG.info(
          "event=verification_ended bytes={} damagedRanges={} tookMs={}",
          progress.verifiedBytes(),
          damagedRanges,
          TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos));
    } else {
      timer.after(pace.restNanos(bytes), this::step);
    }
  }

  /** Goes on with the current segment; the bytes that were read. */
  private int check() {
    int bytes = 0;
    try {
      if (!current.isDone()) {
        bytes = current.step(STEP_BYTES);
      }
      count(bytes);
      if (current.isDone()) {
        end();
      }
    } catch (IOException | StorageException e) {
      if (!current.isGone()) {
        LOG.warn("event=segment_not_verified reason=\"{}\"", e.getMessage());
      }
      end();
    }
    return bytes;
  }

  private void count(int bytes) {
    int known = Math.min(bytes, currentBytesLeft);
    currentBytesLeft -= known;
    progress =
        new Verification(progress.verifiedBytes() + bytes, progress.unverifiedBytes() - known);
  }

  private void end() {
    damagedRanges += current.damagedRanges();
    progress =
        new Verification(progress.verifiedBytes(), progress.unverifiedBytes() - currentBytesLeft);
    close(current);
    current = null;
  }

  private static void close(SegmentCheck check) {
    try {
      check.close();
    } catch (IOException e) {
      LOG.warn("event=file_not_closed reason=\"{}\"", e.toString());
    }
  }

  /** Ends after the step that is under way. */
  @Override
  public synchronized void close() {
    closed = true;
    waiting.clear();
    if (current != null) {
      close(current);
      current = null;
    }
  }
}
