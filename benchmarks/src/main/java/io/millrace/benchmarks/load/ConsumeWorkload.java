package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import io.millrace.benchmarks.load.LoadClient.Start;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reads a topic from its start to its end, again and again, from the page cache. What fills it is
 * not measured.
 */
final class ConsumeWorkload implements Workload {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Target target;
  private final LoadClient client;
  private final String topic;
  private final Tally sent;
  private final Receiver receiver;

  private ConsumeWorkload(
      Target target, LoadClient client, String topic, Tally sent, Receiver receiver) {
    this.target = target;
    this.client = client;
    this.topic = topic;
    this.sent = sent;
    this.receiver = receiver;
  }

  static ConsumeWorkload fill(WorkloadSpec spec, Target target) {
    LoadClient client = target.connect();
    String topic = Target.newTopic("consume");
    client.createTopic(topic, spec.partitions(), spec.durability());
    Payloads payloads = new Payloads(spec.sizeBytes());
    Tally sent = new Tally();
    try (Sender sender = client.sender(topic, spec.durability(), Batching.THROUGHPUT)) {
      while (sent.bytes() < spec.fillBytes()) {
        byte[] value = payloads.next();
        sender.send(value);
        sent.accept(value);
      }
      sender.flush();
    }
    Receiver receiver = client.receiver(topic, spec.durability(), Start.EARLIEST);
    return new ConsumeWorkload(target, client, topic, sent, receiver);
  }

  @Override
  public void warmUp(Duration duration) {
    round(duration);
  }

  @Override
  public Measurement round(Duration duration) {
    Meter meter = target.meter();
    long end = System.nanoTime() + duration.toNanos();
    long events = 0;
    long bytes = 0;
    do {
      Tally received = readThrough();
      events += received.events();
      bytes += received.bytes();
    } while (System.nanoTime() - end < 0);
    return meter.stop(events, bytes, Map.of());
  }

  private Tally readThrough() {
    receiver.rewind();
    Tally received = new Tally();
    long lastNanos = System.nanoTime();
    while (received.events() < sent.events()) {
      if (receiver.poll(POLL, received) > 0) {
        lastNanos = System.nanoTime();
      } else if (System.nanoTime() - lastNanos > LONGEST_SILENCE_NANOS) {
        break;
      }
    }
    received.requireSame(sent);
    return received;
  }

  @Override
  public void close() {
    receiver.close();
    client.deleteTopic(topic);
    client.close();
  }
}
