package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import io.millrace.benchmarks.load.LoadClient.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** Reads a topic from its start to its end over many connections at the same time. */
final class ConnectionsConsumeWorkload implements Workload {

  /** The time that a thread waits after it has found no event in any of its connections. */
  private static final Duration POLL = Duration.ofMillis(1);

  private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final WorkloadSpec spec;
  private final Target target;
  private final FilledTopic topic;
  private final List<LoadClient> clients = new ArrayList<>();
  private final List<Receiver> receivers = new ArrayList<>();
  private final LoadThreads threads = new LoadThreads();

  ConnectionsConsumeWorkload(WorkloadSpec spec, Target target) {
    this.spec = spec;
    this.target = target;
    this.topic = FilledTopic.fill(spec, target.connect());
    for (int i = 0; i < spec.connections(); i++) {
      LoadClient client = target.connect();
      clients.add(client);
      receivers.add(
          client.receiver(topic.name(), spec.durability(), Start.LATEST, Batching.SHARED));
    }
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
    do {
      events += threads.sum(threads.distribute(receivers).stream().map(this::reading).toList());
    } while (System.nanoTime() - end < 0);
    return meter.stop(events, events * spec.sizeBytes(), Map.of());
  }

  /**
   * Reads all receivers of a thread to the end, one poll each in turn, and returns the number of
   * events.
   */
  private Callable<Long> reading(List<Receiver> share) {
    return () -> {
      List<EventDigest> digests = new ArrayList<>();
      for (Receiver receiver : share) {
        receiver.rewind();
        digests.add(new EventDigest());
      }
      long wanted = topic.sent().events() * share.size();
      long received = 0;
      long lastNanos = System.nanoTime();
      Duration wait = Duration.ZERO;
      while (received < wanted) {
        long before = received;
        for (int i = 0; i < share.size(); i++) {
          received += share.get(i).poll(wait, digests.get(i));
        }
        if (received > before) {
          lastNanos = System.nanoTime();
          wait = Duration.ZERO;
        } else {
          wait = POLL;
          if (System.nanoTime() - lastNanos > LONGEST_SILENCE_NANOS) {
            break;
          }
        }
      }
      digests.forEach(digest -> digest.requireSame(topic.sent()));
      return received;
    };
  }

  @Override
  public void close() {
    threads.close();
    receivers.forEach(Receiver::close);
    clients.forEach(LoadClient::close);
    topic.close();
  }
}
