package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.Producer;
import com.rabbitmq.stream.ProducerBuilder;
import io.millrace.benchmarks.load.LoadClient.Batching;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens producers of one stream, with the settings that were fastest on this machine. The settings
 * of the client count events, and the limits of this class are in bytes. So the size of the events
 * must be known.
 */
record RabbitMqProducers(Environment environment, String stream, Batching batching) {

  private static final int SUB_ENTRY_BYTES = 50_000;
  private static final int BATCH_ENTRIES = 10;
  private static final int WINDOW_BYTES = 20_000_000;

  /**
   * The shortest delay. Without it, a frame has one event, and the broker cannot handle ten
   * thousand frames a second.
   */
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

  private static final Duration NEVER = Duration.ZERO;
  private static final long LONGEST_OPENING_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** A producer for many events in flight. */
  Producer pipelined(int eventBytes) {
    ProducerBuilder settings = settings(eventBytes);
    return open(
        switch (batching) {
          case THROUGHPUT, SPREAD, SHARED ->
              settings.subEntrySize(SUB_ENTRY_BYTES / eventBytes).batchSize(BATCH_ENTRIES);
          case LATENCY -> settings.batchPublishingDelay(SHORTEST_DELAY);
        });
  }

  /** A producer that sends each event at once. */
  Producer oneInFlight(int eventBytes) {
    return open(settings(eventBytes).batchSize(1));
  }

  private ProducerBuilder settings(int eventBytes) {
    return environment.producerBuilder().stream(stream)
        .maxUnconfirmedMessages(WINDOW_BYTES / eventBytes)
        .enqueueTimeout(NEVER);
  }

  /**
   * Opens a producer, and retries for 10 s. A broker that was just started accepts connections
   * before it has opened its streams, and the client does not retry.
   */
  private static Producer open(ProducerBuilder settings) {
    long giveUp = System.nanoTime() + LONGEST_OPENING_NANOS;
    while (true) {
      try {
        return settings.build();
      } catch (IllegalStateException e) {
        if (System.nanoTime() - giveUp > 0) {
          throw e;
        }
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }
}
