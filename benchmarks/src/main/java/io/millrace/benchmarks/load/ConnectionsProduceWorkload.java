package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Sends events to one topic over many connections, as fast as the clients accept them. */
final class ConnectionsProduceWorkload implements Workload {

  private static final int EVENTS_PER_TURN = 64;

  private final WorkloadSpec spec;
  private final Target target;
  private final List<LoadClient> clients = new ArrayList<>();
  private final LoadThreads threads = new LoadThreads();

  ConnectionsProduceWorkload(WorkloadSpec spec, Target target) {
    this.spec = spec;
    this.target = target;
    for (int i = 0; i < spec.connections(); i++) {
      clients.add(target.connect());
    }
  }

  @Override
  public void warmUp(Duration duration) {
    round(duration);
  }

  @Override
  public Measurement round(Duration duration) {
    LoadClient admin = clients.get(0);
    String topic = Target.newTopic("connections");
    admin.createTopic(topic, spec.partitions(), spec.durability());
    List<Sender> senders = new ArrayList<>();
    try {
      for (LoadClient client : clients) {
        senders.add(client.sender(topic, spec.durability(), Batching.SHARED));
      }
      Meter meter = target.meter();
      long end = System.nanoTime() + duration.toNanos();
      long acknowledged =
          threads.sum(
              threads.distribute(senders).stream().map(share -> sending(share, end)).toList());
      Measurement measured = meter.stop(acknowledged, acknowledged * spec.sizeBytes(), Map.of());
      long stored = admin.count(topic);
      if (stored != acknowledged) {
        throw new IllegalStateException(
            acknowledged + " events were acknowledged, but " + stored + " were stored");
      }
      return measured;
    } finally {
      senders.forEach(Sender::close);
      admin.deleteTopic(topic);
    }
  }

  /**
   * Sends events through all senders of a thread, a few each in turn, until the end time. Returns
   * the number of acknowledged events.
   */
  private Callable<Long> sending(List<Sender> senders, long end) {
    return () -> {
      Payloads payloads = new Payloads(spec.sizeBytes());
      do {
        for (Sender sender : senders) {
          for (int i = 0; i < EVENTS_PER_TURN; i++) {
            sender.send(payloads.next());
          }
        }
      } while (System.nanoTime() - end < 0);
      return senders.stream().mapToLong(Sender::flush).sum();
    };
  }

  @Override
  public void close() {
    threads.close();
    clients.forEach(LoadClient::close);
  }
}
