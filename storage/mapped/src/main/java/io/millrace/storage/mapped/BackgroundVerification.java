package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.Verification;
import io.millrace.storage.mapped.file.DiskFailure;
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
 * The check of all batches that recovery did not check, segment by segment, at a limited rate. It
 * works in steps of about {@link #STEP_BYTES}. Between two steps it delays neither a close, nor
 * retention, nor other work of its thread.
 *
 * <p>Any thread adds logs, before the start. The steps run on the timer's thread.
 */
final class BackgroundVerification implements AutoCloseable {

  static final int STEP_BYTES = 1 << 20;

  /** The delay after a step that could not open its segment. */
  static final long RETRY_NANOS = 1_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(BackgroundVerification.class);

  private final long bytesPerSecond;
  private final Timer timer;
  private final LongSupplier nanoTime;
  private final RateLimiter limiter;
  private final Queue<SegmentCheck> waiting = new ArrayDeque<>(); // guarded by this
  private volatile Verification progress = new Verification(0, 0);
  private SegmentCheck current;
  private int currentBytesLeft;
  private int damagedRanges;

  /** Whether the step had too few descriptors to open the current segment. */
  private boolean postponed;

  private long startNanos;
  private boolean closed; // guarded by this

  /**
   * @param bytesPerSecond 0: nothing is checked
   * @param nanoTime a clock like {@link System#nanoTime()}
   */
  BackgroundVerification(long bytesPerSecond, Timer timer, LongSupplier nanoTime) {
    this.bytesPerSecond = bytesPerSecond;
    this.timer = timer;
    this.nanoTime = nanoTime;
    this.limiter = new RateLimiter(bytesPerSecond, nanoTime);
  }

  /** Adds the checks of a log that was opened before the start. */
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

  /** The lock is held for a whole step, so that a close waits for it. */
  private synchronized void step() {
    if (closed) {
      return;
    }
    limiter.begin();
    postponed = false;
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
      timer.after(postponed ? RETRY_NANOS : limiter.waitNanos(bytes), this::step);
    }
  }

  /**
   * Checks a part of the current segment.
   *
   * @return the bytes that were checked
   */
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
    } catch (IOException e) {
      failed(DiskFailure.of("check", current.file(), e));
    } catch (StorageException e) {
      failed(e);
    }
    return bytes;
  }

  /**
   * Counts what was not verified as damage and continues after it, unless the segment could only
   * not be opened now: then the step is repeated.
   */
  private void failed(StorageException cause) {
    if (current.isGone()) {
      end();
      return;
    }
    if (cause.code() == ErrorCode.RESOURCES_EXHAUSTED) {
      postponed = true;
      return;
    }
    current.failed(cause);
    damagedRanges++;
    if (current.isDone()) {
      end();
    }
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

  /** Ends the verification; waits for a step that runs. */
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
