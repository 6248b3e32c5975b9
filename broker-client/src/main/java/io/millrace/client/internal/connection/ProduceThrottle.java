package io.millrace.client.internal.connection;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.wire.ThrottledPush;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What the broker has said about quotas that delay what this client produces. The event loop
 * writes; any thread reads. All moments are as {@link System#nanoTime()} counts.
 */
public final class ProduceThrottle {

  /** A longer delay than a broker of this version announces is not believed. */
  static final Duration LONGEST = Duration.ofMinutes(2);

  /** Null before the first delay. */
  private volatile State state;

  /**
   * @param untilNanos until when answers are delayed
   * @param stopNanos until when no batch should be sent
   */
  private record State(long untilNanos, long stopNanos, String reason) {}

  /** Records a push. */
  void apply(ThrottledPush push, long nowNanos) {
    State before = state == null ? new State(nowNanos, nowNanos, "") : state;
    long delayMs = Math.max(0, Math.min(push.delayMs(), LONGEST.toMillis()));
    long end = nowNanos + TimeUnit.MILLISECONDS.toNanos(delayMs);
    state =
        new State(
            later(before.untilNanos(), end),
            push.stopSending() ? later(before.stopNanos(), end) : before.stopNanos(),
            "the broker's quota of "
                + ByteSize.format(Math.max(0, push.bytesPerSecond()))
                + "/s for "
                + push.kind()
                + " "
                + Quoted.text(push.name())
                + " delays the answers");
  }

  /** The connection is closed: batches may be sent over the next one. */
  void disconnected(long nowNanos) {
    if (state != null) {
      state = new State(state.untilNanos(), nowNanos, state.reason());
    }
  }

  /** Whether no batch should be sent now. {@link LinkListener#writable} follows. */
  public boolean stopsSending() {
    return stopNanosLeft(System.nanoTime()) > 0;
  }

  /** Nanoseconds for which no batch should be sent; 0: batches may be sent. */
  long stopNanosLeft(long nowNanos) {
    State now = state;
    return now == null ? 0 : Math.max(0, now.stopNanos() - nowNanos);
  }

  /** Whether answers are or were delayed after a moment. */
  public boolean hasDelayedAfter(long nanos) {
    State now = state;
    return now != null && now.untilNanos() - nanos > 0;
  }

  /** Why answers are delayed now, for a message; empty if they are not. */
  public Optional<String> reason() {
    State now = state;
    return now != null && now.untilNanos() - System.nanoTime() > 0
        ? Optional.of(now.reason())
        : Optional.empty();
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
