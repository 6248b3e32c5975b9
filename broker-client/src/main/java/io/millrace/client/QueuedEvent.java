package io.millrace.client;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An event of a queue that is locked for one {@link QueueConsumer}. Immutable, except for the end
 * of its lock, which {@link QueueConsumer#renew} moves.
 */
public final class QueuedEvent {

  private final ConsumedEvent event;
  private final long lock;
  private final int attempts;
  private volatile long lockedUntilMicros;

  /**
   * Creates an event. Queue consumers create events; tests of programs may do so too.
   *
   * @param lock the number of the lock
   * @param attempts how many earlier deliveries of the event have failed
   * @param lockedUntilMicros when the lock passes, by the clock of this program, in microseconds
   *     since the epoch, UTC
   */
  public QueuedEvent(ConsumedEvent event, long lock, int attempts, long lockedUntilMicros) {
    this.event = event;
    this.lock = lock;
    this.attempts = attempts;
    this.lockedUntilMicros = lockedUntilMicros;
  }

  /** The event: topic, position, times, source, key, value and headers. */
  public ConsumedEvent event() {
    return event;
  }

  /** The number of the lock. It rises with each delivery of the event. */
  public long lock() {
    return lock;
  }

  /** How many earlier deliveries of the event have failed; 0 at the first delivery. */
  public int attempts() {
    return attempts;
  }

  /**
   * When the lock passes, by the clock of this program. Another consumer may get the event after
   * that.
   */
  public Instant lockedUntil() {
    return Instant.EPOCH.plus(lockedUntilMicros, ChronoUnit.MICROS);
  }

  /** When the lock passes, in microseconds since the epoch, UTC. */
  public long lockedUntilMicros() {
    return lockedUntilMicros;
  }

  /** Moves the end of the lock. Queue consumers call it after a renewal. Any thread. */
  public void lockedUntilMicros(long micros) {
    lockedUntilMicros = micros;
  }

  /** The key decoded as UTF-8, or null. */
  public String keyAsString() {
    return event.keyAsString();
  }

  /** The value decoded as UTF-8, or null. */
  public String valueAsString() {
    return event.valueAsString();
  }

  /** The event, and how many deliveries have failed. */
  @Override
  public String toString() {
    return event + " attempts=" + attempts;
  }
}
