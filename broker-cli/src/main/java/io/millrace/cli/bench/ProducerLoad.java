package io.millrace.cli.bench;

import io.millrace.cli.command.ReceiptTally;
import io.millrace.client.Event;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Sends as fast as producers take it, each from a thread of its own. */
final class ProducerLoad {

  /**
   * Reading the clock for each event, and a future for it, would be most of the work of sending a
   * small one: of so many events one is timed.
   */
  private static final int EVENTS_PER_CLOCK = 16;

  private final List<Producer> producers;
  private final int sizeBytes;

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
    ReceiptTally tally = new ReceiptTally();
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
                () -> send(producer, payloads, start + durationNanos, share, tally, latencies)));
      }
      long events = 0;
      for (Future<Long> count : sent) {
        events += count.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (tally.firstFailure() != null) {
        throw new ExecutionException(tally.firstFailure().cause());
      }
      return new Measured(
          what, events, events * sizeBytes, seconds, Map.of("send to receipt", latencies));
    } finally {
      threads.shutdown();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private long send(
      Producer producer,
      Payloads payloads,
      long endNanos,
      long maxEvents,
      ReceiptTally tally,
      Histogram latencies) {
    long sent = 0;
    while (sent < maxEvents && tally.failures() == 0) {
      long now = System.nanoTime();
      if (now - endNanos >= 0) {
        break;
      }
      CompletableFuture<Receipt> receipt = producer.send(Event.of(payloads.next()));
      tally.enter(sent++, sizeBytes, Latencies.recordSince(latencies, now, receipt));
      for (int i = 1; i < EVENTS_PER_CLOCK && sent < maxEvents; i++, sent++) {
        producer.post(Event.of(payloads.next()));
      }
    }
    producer.flush(); // Throws if one that was not timed has failed.
    return sent;
  }
}
