package io.millrace.core;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clocks of a broker: the time of appends, retention and topics, and a monotonic time. The
 * broker compares the two to tell the silence of a producer from a step of the clock. Any thread.
 */
public interface BrokerClock extends InstantSource {

  /** A monotonic time in nanoseconds, as {@link System#nanoTime}. */
  long nanoTime();

  /** The clocks of the machine. */
  static BrokerClock system() {
    return of(InstantSource.system(), System::nanoTime);
  }

  /** Clocks that read these two. */
  static BrokerClock of(InstantSource time, LongSupplier nanoTime) {
    return new BrokerClock() {
      @Override
      public Instant instant() {
        return time.instant();
      }

      @Override
      public long nanoTime() {
        return nanoTime.getAsLong();
      }
    };
  }
}
