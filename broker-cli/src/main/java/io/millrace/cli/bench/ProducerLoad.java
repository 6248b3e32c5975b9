package io.millrace.cli.bench;

import io.millrace.cli.command.ReceiptCounter;
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

/** Sends events as fast as the producers accept them, each from its own thread. */
final class ProducerLoad {

  /**
   * One of this many events is timed. Reading the clock and creating a future for each event would
   * cost more than sending a small event.
   */
  private static final int EVENTS_PER_TIMED_EVENT = 16;

  private final List<Producer> producers;
  private final int sizeBytes;

  ProducerLoad(List<Producer> producers, int sizeBytes) {
    this.producers = producers;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Sends until the time is over or {@code maxEvents} are sent, and waits for all receipts.
   *
   * @param name the benchmark's name in the result
   * @param maxEvents number of events over all producers
   * @throws ExecutionException if an event was not acknowledged
   */
  BenchResult run(String name, long durationNanos, long maxEvents)
      throws InterruptedException, ExecutionException {
    Histogram latencies = LatencyHistograms.histogram();
    ReceiptCounter receipts = new ReceiptCounter();
    ExecutorService threads = Executors.newFixedThreadPool(producers.size());
    try {
      long start = System.nanoTime();
      List<Future<Long>> sent = new ArrayList<>();
      for (int i = 0; i < producers.size(); i++) {
        Producer producer = producers.get(i);
        RandomValues values = new RandomValues(sizeBytes, i);
        long share = maxEvents / producers.size() + (i < maxEvents % producers.size() ? 1 : 0);
        sent.add(
            threads.submit(
                () -> send(producer, values, start + durationNanos, share, receipts, latencies)));
      }
      long events = 0;
      for (Future<Long> count : sent) {
        events += count.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      if (receipts.firstFailure() != null) {
        throw new ExecutionException(receipts.firstFailure().cause());
      }
      return new BenchResult(
          name,
          events,
          events * sizeBytes,
          seconds,
          Map.of(LatencyKind.SEND_TO_RECEIPT, latencies));
    } finally {
      threads.shutdown();
      threads.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private long send(
      Producer producer,
      RandomValues values,
      long endNanos,
      long maxEvents,
      ReceiptCounter receipts,
      Histogram latencies) {
    long sent = 0;
    while (sent < maxEvents && receipts.failures() == 0) {
      long now = System.nanoTime();
      if (now - endNanos >= 0) {
        break;
      }
      CompletableFuture<Receipt> receipt = producer.send(Event.of(values.next()));
      receipts.add(sent++, sizeBytes, LatencyHistograms.recordSince(latencies, now, receipt));
      for (int i = 1; i < EVENTS_PER_TIMED_EVENT && sent < maxEvents; i++, sent++) {
        producer.post(Event.of(values.next()));
      }
    }
    producer.flush(); // Throws the first failure of an event that was not timed.
    return sent;
  }
}
