package io.millrace.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The counters of one partition. Only the owner counts, so a plain read and a release write are
 * enough. Any thread reads.
 */
final class Traffic {

  private final AtomicLong eventsIn = new AtomicLong();
  private final AtomicLong bytesIn = new AtomicLong();
  private final AtomicLong eventsOut = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();

  void in(int events, int bytes) {
    add(eventsIn, events);
    add(bytesIn, bytes);
  }

  void out(long events, long bytes) {
    add(eventsOut, events);
    add(bytesOut, bytes);
  }

  private static void add(AtomicLong counter, long more) {
    counter.setRelease(counter.getPlain() + more);
  }

  Partition.Counters counters() {
    return new Partition.Counters(
        eventsIn.getAcquire(), bytesIn.getAcquire(), eventsOut.getAcquire(), bytesOut.getAcquire());
  }
}
