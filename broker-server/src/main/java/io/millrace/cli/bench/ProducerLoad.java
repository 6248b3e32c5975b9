package io.millrace.cli.bench;

import io.millrace.client.Event;
import io.millrace.client.Producer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;

/** Sends as fast as producers take it, each from a thread of its own. */
final class ProducerLoad {

  /** Reading the clock for each event would be a good part of sending a small one. */
  private static final int EVENTS_PER_CLOCK = 16;

  private final List<Producer> producers;
  private final int sizeBytes;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  ProducerLoad(List<Producer> producers, int sizeBytes) {
    this.producers = producers;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Sends until the time is over or so many events are sent, and waits for every receipt.
   *
   * @param maxEvents over all producers
   * @throws ExecutionException if an event was not acknowledged
   */
  Measured run(String what, long durationNanos, long maxEvents)
      throws InterruptedException, ExecutionException {
    Histogram latencies = Latencies.histogram();
    ExecutorService threads = Executors.newFixedThreadPool(producers.size());
    try {
      long start = System.nanoTime();
      List<Future<Long>> sent = new ArrayList<>();
      for (int i = 0; i < producers.size(); i++) {
        Producer producer = producers.get(i);
        Payloads payloads = new Payloads(sizeBytes, i);
        long share = maxEvents / producers.size() + (i < maxEvents % producers.size() ? 1 : 0);
        sent.add(
            threads.submit(
                () -> send(producer, payloads, start + durationNanos, share, latencies)));
      }
      long events = 0;
      for (Future<Long> count : sent) {
        events += count.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (failure.get() != null) {
        throw new ExecutionException(failure.get());
      }
      return new Measured(
          what, events, events * sizeBytes, seconds, Map.of("send to receipt", latencies));
    } finally {
      threads.shutdown();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private long send(
      Producer producer, Payloads payloads, long endNanos, long maxEvents, Histogram latencies) {
    long sent = 0;
    while (sent < maxEvents && failure.get() == null) {
      long now = System.nanoTime();
      if (now - endNanos >= 0) {
        break;
      }
      for (int i = 0; i < EVENTS_PER_CLOCK && sent < maxEvents; i++, sent++) {
        producer
            .send(Event.of(payloads.next()))
            .whenComplete(
                (receipt, cause) -> {
                  if (cause != null) {
                    failure.compareAndSet(null, cause);
                  }
                  Latencies.recordSince(latencies, now);
                });
      }
    }
    producer.flush();
    return sent;
  }
}
