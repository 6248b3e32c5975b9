package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import io.millrace.benchmarks.load.LoadClient.Start;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads a topic from its start to its end, again and again. Filling the topic is not measured. */
final class ConsumeWorkload implements Workload {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Target target;
  private final FilledTopic topic;
  private final Receiver receiver;

  ConsumeWorkload(WorkloadSpec spec, Target target) {
    this.target = target;
    this.topic = FilledTopic.fill(spec, target.connect());
    // Not EARLIEST, so that nothing is read before the measurement.
    this.receiver =
        topic.client().receiver(topic.name(), spec.durability(), Start.LATEST, Batching.THROUGHPUT);
  }

  @Override
  public void warmUp(Duration duration) {
    round(duration);
  }

  /** Reads the whole topic until the time is over, at least once. */
  @Override
  public Measurement round(Duration duration) {
    Meter meter = target.meter();
    long end = System.nanoTime() + duration.toNanos();
    long events = 0;
    long bytes = 0;
    do {
      EventDigest received = readAll();
      events += received.events();
      bytes += received.bytes();
    } while (System.nanoTime() - end < 0);
    return meter.stop(events, bytes, Map.of());
  }

  private EventDigest readAll() {
    receiver.rewind();
    EventDigest received = new EventDigest();
    long lastNanos = System.nanoTime();
    while (received.events() < topic.sent().events()) {
      if (receiver.poll(POLL, received) > 0) {
        lastNanos = System.nanoTime();
      } else if (System.nanoTime() - lastNanos > LONGEST_SILENCE_NANOS) {
        break;
      }
    }
    received.requireSame(topic.sent());
    return received;
  }

  @Override
  public void close() {
    receiver.close();
    topic.close();
  }
}
