package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import java.time.Duration;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Sends an event, waits for its acknowledgement, and sends the next. */
final class OneInFlightWorkload implements Workload {

  private final WorkloadSpec spec;
  private final Target target;
  private final LoadClient client;
  private final String topic;
  private final Sender sender;
  private final Payloads payloads;
  private long sent;

  private OneInFlightWorkload(
      WorkloadSpec spec, Target target, LoadClient client, String topic, Sender sender) {
    this.spec = spec;
    this.target = target;
    this.client = client;
    this.topic = topic;
    this.sender = sender;
    this.payloads = new Payloads(spec.sizeBytes());
  }

  static OneInFlightWorkload open(WorkloadSpec spec, Target target) {
    LoadClient client = target.connect();
    String topic = Target.newTopic("one-in-flight");
    client.createTopic(topic, spec.partitions(), spec.durability());
    Sender sender = client.sender(topic, spec.durability(), Batching.LATENCY);
    return new OneInFlightWorkload(spec, target, client, topic, sender);
  }

  @Override
  public void warmUp(Duration duration) {
    round(duration);
  }

  @Override
  public Measurement round(Duration duration) {
    Histogram latencies = Latencies.histogram();
    Meter meter = target.meter();
    long now = System.nanoTime();
    long end = now + duration.toNanos();
    long events = 0;
    while (now - end < 0) {
      long start = now;
      sender.sendAndWait(payloads.next());
      now = System.nanoTime();
      Latencies.record(latencies, now - start);
      events++;
    }
    Measurement measured =
        meter.stop(events, events * spec.sizeBytes(), Map.of("acknowledge", latencies));
    sent += events;
    long stored = client.count(topic);
    if (stored != sent) {
      throw new IllegalStateException("sent " + sent + " events, but " + stored + " were stored");
    }
    return measured;
  }

  @Override
  public void close() {
    sender.close();
    client.deleteTopic(topic);
    client.close();
  }
}
