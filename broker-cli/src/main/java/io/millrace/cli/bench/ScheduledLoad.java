package io.millrace.cli.bench;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ReceiptCounter;
import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Sends events on a schedule, and measures the time from when an event is due to its receipt, and
 * to a consumer in this process. The first bytes of a value are its due time. The measurement from
 * the due time avoids coordinated omission (Tene, "How not to measure latency", 2013).
 */
final class ScheduledLoad {

  /** Bytes of the due time in a value. */
  static final int STAMP_BYTES = Long.BYTES;

  /** A load that is later than this cannot reach its rate. It would only fill the disk. */
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Producer producer;
  private final Consumer consumer;
  private final int sizeBytes;
  private final double nanosBetween;
  private final Duration longestDelay;
  private final Random random = new Random(1);

  ScheduledLoad(Producer producer, Consumer consumer, int sizeBytes, double rate) {
    this(producer, consumer, sizeBytes, rate, LONGEST_DELAY);
  }

  ScheduledLoad(
      Producer producer, Consumer consumer, int sizeBytes, double rate, Duration longestDelay) {
    this.producer = producer;
    this.consumer = consumer;
    this.sizeBytes = sizeBytes;
    this.nanosBetween = 1e9 / rate;
    this.longestDelay = longestDelay;
  }

  /**
   * Sends events for a duration, and waits until the consumer has received all of them.
   *
   * @throws ExecutionException if an event was not acknowledged, or if the consumer received
   *     nothing for 10 s
   * @throws CommandFailure if an event could only be sent long after it was due
   */
  BenchResult run(Duration duration) throws InterruptedException, ExecutionException {
    long events = Math.max(1, (long) (duration.toNanos() / nanosBetween));
    Histogram acknowledged = LatencyHistograms.histogram();
    Histogram delivered = LatencyHistograms.histogram();
    ExecutorService receiver = Executors.newSingleThreadExecutor();
    try {
      long start = System.nanoTime();
      Future<?> received = receiver.submit(() -> receive(events, delivered));
      send(start, events, acknowledged);
      received.get();
      double seconds = (System.nanoTime() - start) / 1e9;
      Map<LatencyKind, Histogram> latencies = new EnumMap<>(LatencyKind.class);
      latencies.put(LatencyKind.DUE_TO_RECEIPT, acknowledged);
      latencies.put(LatencyKind.DUE_TO_CONSUMER, delivered);
      return new BenchResult("latency", events, events * sizeBytes, seconds, latencies);
    } finally {
      receiver.shutdownNow();
      receiver.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  private void send(long start, long events, Histogram acknowledged) throws ExecutionException {
    ReceiptCounter receipts = new ReceiptCounter();
    for (long i = 0; i < events && receipts.failures() == 0; i++) {
      long due = start + (long) (i * nanosBetween);
      waitUntil(due);
      requireInTime(System.nanoTime() - due, i, events);
      byte[] value = new byte[sizeBytes];
      random.nextBytes(value);
      ByteBuffer.wrap(value).putLong(due);
      CompletableFuture<Receipt> receipt = producer.send(Event.of(value));
      receipts.add(i, sizeBytes, LatencyHistograms.recordSince(acknowledged, due, receipt));
    }
    producer.flush();
    if (receipts.firstFailure() != null) {
      throw new ExecutionException(receipts.firstFailure().cause());
    }
  }

  private static void waitUntil(long due) {
    long left = due - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = due - System.nanoTime();
    }
  }

  private void requireInTime(long delayNanos, long sent, long events) {
    if (delayNanos > longestDelay.toNanos()) {
      throw new CommandFailure(
          "the load cannot reach its rate: event "
              + sent
              + " of "
              + events
              + " is "
              + TimeUnit.NANOSECONDS.toMillis(delayNanos)
              + " ms late, and at most "
              + longestDelay.toMillis()
              + " ms are allowed; choose a lower --rate or a smaller --size");
    }
  }

  private void receive(long events, Histogram delivered) {
    long received = 0;
    long lastNanos = System.nanoTime();
    while (received < events) {
      for (ConsumedEvent event : consumer.poll(POLL)) {
        LatencyHistograms.recordSince(delivered, ByteBuffer.wrap(event.value()).getLong());
        received++;
        lastNanos = System.nanoTime();
      }
      if (System.nanoTime() - lastNanos > LONGEST_SILENCE_NANOS) {
        throw new CommandFailure(
            "the consumer received nothing for 10 s, after "
                + received
                + " of "
                + Plural.of(events, "event"));
      }
    }
  }
}
