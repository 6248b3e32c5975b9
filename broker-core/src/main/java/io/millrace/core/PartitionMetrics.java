package io.millrace.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The counters of one partition, and its reports to the broker's observer. Only the owner calls, so
 * a plain read and a release write of a counter are enough. Any thread reads the counters.
 */
final class PartitionMetrics {

  private final BrokerObserver observer;
  private final AtomicLong eventsIn = new AtomicLong();
  private final AtomicLong bytesIn = new AtomicLong();
  private final AtomicLong eventsOut = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();

  PartitionMetrics(BrokerObserver observer) {
    this.observer = observer;
  }

  /** As {@link BrokerObserver#appended}. */
  void appended(int events, int bytes, long nanos) {
    add(eventsIn, events);
    add(bytesIn, bytes);
    observer.appended(events, bytes, nanos);
  }

  /** As {@link BrokerObserver#refused}. */
  void refused(BrokerException cause) {
    observer.refused(cause);
  }

  /** As {@link BrokerObserver#reopening}. */
  void reopening() {
    observer.reopening();
  }

  /** Batches were handed to a subscriber. */
  void delivered(long events, long bytes) {
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
