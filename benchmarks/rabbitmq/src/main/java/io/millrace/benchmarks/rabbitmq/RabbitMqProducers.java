package io.millrace.benchmarks.rabbitmq;

import com.rabbitmq.stream.Environment;
import com.rabbitmq.stream.Producer;
import com.rabbitmq.stream.ProducerBuilder;
import io.millrace.benchmarks.load.LoadClient.Batching;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Opens producers of one stream, with the settings that were found best here. They count in events
 * what is meant in bytes, so the size of an event must be known.
 */
record RabbitMqProducers(Environment environment, String stream, Batching batching) {

  private static final int SUB_ENTRY_BYTES = 50_000;
  private static final int BATCH_ENTRIES = 10;
  private static final int WINDOW_BYTES = 20_000_000;

  /** Ten thousand frames of one event each in a second are more than the broker can take. */
  private static final Duration SHORTEST_DELAY = Duration.ofMillis(1);

  private static final Duration NEVER = Duration.ZERO;
  private static final long LONGEST_OPENING_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  /** One for many events under way. */
  Producer pipelined(int eventBytes) {
    ProducerBuilder settings = settings(eventBytes);
    return open(
        switch (batching) {
          case THROUGHPUT, SPREAD, SHARED ->
              settings.subEntrySize(SUB_ENTRY_BYTES / eventBytes).batchSize(BATCH_ENTRIES);
          case LATENCY -> settings.batchPublishingDelay(SHORTEST_DELAY);
        });
  }

  /** One that sends each event at once. */
  Producer oneInFlight(int eventBytes) {
    return open(settings(eventBytes).batchSize(1));
  }

  private ProducerBuilder settings(int eventBytes) {
    return environment.producerBuilder().stream(stream)
        .maxUnconfirmedMessages(WINDOW_BYTES / eventBytes)
        .enqueueTimeout(NEVER);
  }

  /**
   * A broker that has just been started listens before it has opened its streams, and the client
   * does not try again by itself.
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
