package io.millrace.server.security.oidc;

import io.millrace.protocol.Quoted;
import io.millrace.server.log.LineLimit;
import java.io.IOException;
import java.text.ParseException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest keys that could be read. They are read again at most once a minute, whatever tokens
 * come: when a token has the id of an unknown key, and when they are five minutes old, so that a
 * key that the provider has withdrawn goes. If they cannot be read, the last ones stay. Any thread.
 */
final class JwksCache {

  static final long MIN_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);
  static final long MAX_AGE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private static final Logger LOG = LoggerFactory.getLogger(JwksCache.class);

  private final JwksSource source;
  private final Executor reader;
  private final LongSupplier nanoTime;
  private final LineLimit failures = new LineLimit();
  private volatile Optional<JwkKeys> keys = Optional.empty();

  /** Guarded by this. */
  private boolean tried;

  /** When the last reading began; guarded by this. */
  private long triedNanos;

  /** The reading that runs, or the last one; guarded by this. */
  private CompletableFuture<Void> reading = CompletableFuture.completedFuture(null);

  /**
   * @param reader runs what blocks; not an event loop
   * @param nanoTime a clock as {@link System#nanoTime}
   */
  JwksCache(JwksSource source, Executor reader, LongSupplier nanoTime) {
    this.source = source;
    this.reader = reader;
    this.nanoTime = nanoTime;
  }

  /** The keys; empty if they could not be read yet. Has them read again if they are old. */
  Optional<JwkKeys> keys() {
    startReading(MAX_AGE_NANOS);
    return keys;
  }

  /**
   * Reads the keys again, unless they were read in the last minute.
   *
   * @return completes when the keys are as new as they can be now; never fails
   */
  CompletableFuture<Void> refresh() {
    return startReading(MIN_INTERVAL_NANOS);
  }

  private synchronized CompletableFuture<Void> startReading(long minAgeNanos) {
    long now = nanoTime.getAsLong();
    if (reading.isDone() && (!tried || now - triedNanos >= minAgeNanos)) {
      tried = true;
      triedNanos = now;
      CompletableFuture<Void> started = new CompletableFuture<>();
      reading = started;
      try {
        reader.execute(() -> read(started));
      } catch (RuntimeException e) {
        started.complete(null); // the broker stops
      }
    }
    return reading;
  }

  private void read(CompletableFuture<Void> started) {
    try {
      JwkKeys read = JwkKeys.parse(source.read());
      keys = Optional.of(read);
      LOG.debug("event=oidc_keys_read keys={}", read.size());
    } catch (IOException | ParseException | RuntimeException e) {
      if (failures.count() > 0) {
        LOG.warn(
            "event=oidc_keys_failed known={} reason={}",
            keys.map(JwkKeys::size).orElse(0),
            Quoted.logValue(String.valueOf(e.getMessage())));
      }
    } finally {
      started.complete(null);
    }
  }
}
