package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import java.time.Duration;
import java.util.Map;

/**
 * Sends as fast as the client takes it, to a new topic each round, and waits for the last
 * acknowledgement.
 */
final class ProduceWorkload implements Workload {

  /** Reading the clock for each event would be a good part of sending a small one. */
  private static final int EVENTS_PER_CLOCK = 64;

  /**
   * Unmeasured, so that the topic's files and the client's metadata are there, and those of the
   * last round gone.
   */
  private static final Duration LEAD_IN = Duration.ofMillis(400);

  private static final int MANY_PARTITIONS = 100;

  private final WorkloadSpec spec;
  private final boolean spread;
  private final Target target;
  private final LoadClient client;
  private final Payloads payloads;
  private String lastTopic;

  /**
   * Connects.
   *
   * @param spread whether each event names the partition after that of the one before; else the
   *     client chooses
   */
  ProduceWorkload(WorkloadSpec spec, Target target, boolean spread) {
    this.spec = spec;
    this.spread = spread;
    this.target = target;
    this.client = target.connect();
    this.payloads = new Payloads(spec.sizeBytes());
  }

  @Override
  public void warmUp(Duration duration) {
    round(duration);
  }

  @Override
  public Measurement round(Duration duration) {
    deleteLast();
    String topic = Target.newTopic("produce");
    client.createTopic(topic, spec.partitions(), spec.durability());
    lastTopic = topic;
    try (Sender sender = client.sender(topic, spec.durability(), batching())) {
      long before = send(sender, LEAD_IN);
      require(before, sender.flush(), "acknowledged");
      Meter meter = target.meter();
      long sent = send(sender, duration);
      long acknowledged = sender.flush() - before;
      Measurement measured = meter.stop(acknowledged, acknowledged * spec.sizeBytes(), Map.of());
      require(sent, acknowledged, "acknowledged");
      require(before + sent, client.count(topic), "stored");
      return measured;
    }
  }

  /**
   * Just before the next round, which then finds its memory in use already. A virtual machine gives
   * free memory back, and gets it again a page at a time when it is touched: the page cache then
   * costs 2 s/GB instead of 0.4, which would be measured as the broker's.
   */
  private void deleteLast() {
    if (lastTopic != null) {
      client.deleteTopic(lastTopic);
      lastTopic = null;
    }
  }

  private Batching batching() {
    return spec.partitions() < MANY_PARTITIONS ? Batching.THROUGHPUT : Batching.SPREAD;
  }

  private long send(Sender sender, Duration duration) {
    int partitions = spec.partitions();
    long end = System.nanoTime() + duration.toNanos();
    long sent = 0;
    do {
      for (int i = 0; i < EVENTS_PER_CLOCK; i++, sent++) {
        if (spread) {
          sender.send((int) (sent % partitions), payloads.next());
        } else {
          sender.send(payloads.next());
        }
      }
    } while (System.nanoTime() - end < 0);
    return sent;
  }

  private static void require(long sent, long actual, String what) {
    if (sent != actual) {
      throw new IllegalStateException("sent " + sent + " events, but " + actual + " were " + what);
    }
  }

  @Override
  public void close() {
    deleteLast();
    client.close();
  }
}
