package io.millrace.torture;

import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/** Sends events with keys at a rate, and keeps the offset of each acknowledged event. */
final class GroupTortureProducer implements Runnable {

  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int BURST = 20;
  private static final int KEYS = 101;

  private final MillraceClient client;
  private final GroupTorturePlan plan;
  private final Anomalies anomalies;
  private final AtomicBoolean stopped;
  private final List<List<String>> acked = new ArrayList<>();
  private final LongAdder count = new LongAdder();

  GroupTortureProducer(
      MillraceClient client, GroupTorturePlan plan, Anomalies anomalies, AtomicBoolean stopped) {
    this.client = client;
    this.plan = plan;
    this.anomalies = anomalies;
    this.stopped = stopped;
    for (int i = 0; i < plan.partitions(); i++) {
      acked.add(new ArrayList<>());
    }
  }

  @Override
  public void run() {
    SplittableRandom random = new SplittableRandom(plan.seed());
    long next = System.nanoTime();
    long number = 0;
    try (Producer producer =
        client
            .producer(GroupTorturePlan.TOPIC)
            .sendTimeout(TIMEOUT)
            .retry(RetryPolicy.defaults().deliveryTimeout(TIMEOUT))
            .build()) {
      while (!stopped.get()) {
        for (int i = 0; i < BURST; i++) {
          String value = "e" + number++;
          producer
              .send(Event.of("k" + random.nextInt(KEYS), value))
              .whenComplete((receipt, failure) -> answered(value, receipt, failure));
        }
        next += TimeUnit.SECONDS.toNanos(1) * BURST / plan.eventsPerSecond();
        LockSupport.parkNanos(next - System.nanoTime());
      }
      producer.flush();
    }
  }

  private void answered(String value, Receipt receipt, Throwable failure) {
    if (failure != null) {
      String what = "event " + value + " was not acknowledged: " + failure;
      anomalies.add(new Anomaly(Anomaly.Kind.UNAVAILABLE, -1, -1, EventId.NONE, what));
      return;
    }
    count.increment();
    synchronized (acked) {
      List<String> events = acked.get(receipt.partition());
      while (events.size() <= receipt.offset()) {
        events.add(null);
      }
      events.set((int) receipt.offset(), value);
    }
  }

  /** The values of the events of each partition, by offset. */
  List<List<String>> acked() {
    synchronized (acked) {
      return acked.stream().map(events -> (List<String>) new ArrayList<>(events)).toList();
    }
  }

  long count() {
    return count.sum();
  }
}
