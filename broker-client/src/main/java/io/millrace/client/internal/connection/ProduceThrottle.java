package io.millrace.client.internal.connection;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.Quoted;
import io.millrace.protocol.record.SourceFilter;
import io.millrace.protocol.wire.ThrottledPush;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;

/**
 * What the broker has said about quotas that delay what this client produces. The quota of a source
 * delays only the batches that have events of it. The event loop writes; any thread reads. All
 * moments are as {@link System#nanoTime()} counts.
 */
public final class ProduceThrottle {

  /** A longer delay than a broker of this version announces is not believed. */
  static final Duration LONGEST = Duration.ofMinutes(2);

  /** Sources whose delays are kept apart. Of more, each delay counts for all batches. */
  static final int MAX_SOURCES = 256;

  private static final String SOURCE = "source";

  /** Null before the first delay. */
  private volatile State state;

  /**
   * @param untilNanos until when answers to all batches are delayed
   * @param stopNanos until when no batch should be sent
   * @param reason of the delay of all batches
   */
  private record State(
      long untilNanos, long stopNanos, String reason, Map<String, SourceDelay> sources) {}

  /**
   * @param bits those of the source in the filter of a batch
   * @param untilNanos until when answers to batches with the source are delayed
   */
  private record SourceDelay(long bits, long untilNanos, String reason) {

    boolean isAfter(long nanos, LongPredicate mayHave) {
      return untilNanos - nanos > 0 && mayHave.test(bits);
    }
  }

  /** Records a push. */
  void apply(ThrottledPush push, long nowNanos) {
    State before = state == null ? new State(nowNanos, nowNanos, "", Map.of()) : state;
    long delayMs = Math.max(0, Math.min(push.delayMs(), LONGEST.toMillis()));
    long end = nowNanos + TimeUnit.MILLISECONDS.toNanos(delayMs);
    Map<String, SourceDelay> sources = new HashMap<>(before.sources());
    boolean ofAll = !push.kind().equals(SOURCE) || !add(sources, push, end, nowNanos);
    state =
        new State(
            ofAll ? later(before.untilNanos(), end) : before.untilNanos(),
            push.stopSending() ? later(before.stopNanos(), end) : before.stopNanos(),
            ofAll ? reason(push) : before.reason(),
            Map.copyOf(sources));
  }

  private static String reason(ThrottledPush push) {
    return "the broker's quota of "
        + ByteSize.format(Math.max(0, push.bytesPerSecond()))
        + "/s for "
        + push.kind()
        + " "
        + Quoted.text(push.name())
        + " delays the answers";
  }

  /** Returns false if there are too many sources. */
  private static boolean add(
      Map<String, SourceDelay> sources, ThrottledPush push, long end, long nowNanos) {
    SourceDelay known = sources.get(push.name());
    if (known == null && sources.size() >= MAX_SOURCES) {
      sources.values().removeIf(each -> nowNanos - each.untilNanos() > LONGEST.toNanos());
    }
    if (known == null && sources.size() >= MAX_SOURCES) {
      return false;
    }
    long until = known == null ? end : later(known.untilNanos(), end);
    long bits = SourceFilter.bits(push.name().getBytes(StandardCharsets.UTF_8));
    sources.put(push.name(), new SourceDelay(bits, until, reason(push)));
    return true;
  }

  /** The connection is closed: batches may be sent over the next one. */
  void disconnected(long nowNanos) {
    if (state != null) {
      state = new State(state.untilNanos(), nowNanos, state.reason(), state.sources());
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

  /** Whether answers to any batches are or were delayed after a moment. */
  public boolean hasDelayedAfter(long nanos) {
    return hasDelayedAfter(nanos, bits -> true);
  }

  /**
   * Whether answers to some batches are or were delayed after a moment.
   *
   * @param mayHave whether one of the batches may have events of a source with these bits, as
   *     {@link SourceFilter} makes them
   */
  public boolean hasDelayedAfter(long nanos, LongPredicate mayHave) {
    State now = state;
    return now != null
        && (now.untilNanos() - nanos > 0
            || now.sources().values().stream().anyMatch(each -> each.isAfter(nanos, mayHave)));
  }

  /** Why answers to any batches are delayed now, for a message; empty if they are not. */
  public Optional<String> reason() {
    return reason(bits -> true);
  }

  /**
   * Why answers to some batches are delayed now.
   *
   * @param mayHave as in {@link #hasDelayedAfter(long, LongPredicate)}
   */
  public Optional<String> reason(LongPredicate mayHave) {
    State now = state;
    long nanos = System.nanoTime();
    if (now == null) {
      return Optional.empty();
    }
    return now.untilNanos() - nanos > 0
        ? Optional.of(now.reason())
        : now.sources().values().stream()
            .filter(each -> each.isAfter(nanos, mayHave))
            .map(SourceDelay::reason)
            .findFirst();
  }

  private static long later(long a, long b) {
    return a - b > 0 ? a : b;
  }
}
