package io.millrace.server.log;

import java.util.concurrent.TimeUnit;

/**
 * Limits the log lines about events that clients can cause at any rate: at most one a minute. Any
 * thread.
 */
public final class LineLimit {

  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private long events;
  private boolean written;
  private long writtenNanos;

  /**
   * Counts an event.
   *
   * @return the number of events since the last line, if it is time for a line; otherwise 0
   */
  public synchronized long count() {
    long now = System.nanoTime();
    events++;
    if (written && now - writtenNanos < INTERVAL_NANOS) {
      return 0;
    }
    long counted = events;
    events = 0;
    written = true;
    writtenNanos = now;
    return counted;
  }
}
