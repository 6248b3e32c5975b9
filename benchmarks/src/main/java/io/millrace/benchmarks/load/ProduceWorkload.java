package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import java.time.Duration;
import java.util.Map;

/**
 * Sends events as fast as the client accepts them, to a new topic in each round, and waits for the
 * last acknowledgement.
 */
final class ProduceWorkload implements Workload {

  /**
   * The clock is read once for this many events, because reading it costs a good part of sending a
   * small event.
   */
  private static final int EVENTS_PER_CLOCK = 64;

  /**
   * Unmeasured load, after which the files of the topic and the metadata of the client exist, and
   * those of the previous round are deleted.
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
   * Connects to the broker.
   *
   * @param spread whether each event goes to the partition after the partition of the previous
   *     event; else the client chooses the partition
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
   * Deletes the topic of the previous round just before the next round. The next round then uses
   * the memory that the deletion frees. A virtual machine returns free memory to its host, and gets
   * it back page by page on access. The page cache then costs 2 s/GB instead of 0.4, and this
   * counts as CPU time of the broker.
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
