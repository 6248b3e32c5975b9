package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.LoadClient.Batching;
import io.millrace.benchmarks.load.LoadClient.Start;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Sends events on a schedule. The latency of an event is the time from when it is due until it is
 * received over another connection of this process; the first bytes of its value are the due time.
 * So an event that has to wait for a slow one shows the wait (Tene, "How not to measure latency",
 * 2013). The delay of the schedule itself is measured too, as {@code late}; it is part of every
 * latency.
 */
final class ScheduledWorkload implements Workload {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /**
   * The first part of the warm-up has the duration and the rate multiplied by this number. At ten
   * thousand events a second the JVMs compile for minutes, and each time some events wait
   * milliseconds for a core.
   */
  private static final int WARM_UP_TIMES = 2;

  private final WorkloadSpec spec;
  private final Target target;
  private final LoadClient sending;
  private final LoadClient receiving;
  private final String topic;
  private final Sender sender;
  private final Receiver receiver;
  private final Payloads payloads;

  private ScheduledWorkload(
      WorkloadSpec spec, Target target, LoadClient sending, LoadClient receiving, String topic) {
    this.spec = spec;
    this.target = target;
    this.sending = sending;
    this.receiving = receiving;
    this.topic = topic;
    this.sender = sending.sender(topic, spec.durability(), Batching.LATENCY);
    this.receiver = receiving.receiver(topic, spec.durability(), Start.LATEST, Batching.LATENCY);
    this.payloads = new Payloads(spec.sizeBytes());
  }

  static ScheduledWorkload open(WorkloadSpec spec, Target target) {
    LoadClient sending = target.connect();
    String topic = Target.newTopic("scheduled");
    sending.createTopic(topic, spec.partitions(), spec.durability());
    return new ScheduledWorkload(spec, target, sending, target.connect(), topic);
  }

  @Override
  public void warmUp(Duration duration) {
    run(duration.multipliedBy(WARM_UP_TIMES), WARM_UP_TIMES * spec.eventsPerSecond());
    run(duration, spec.eventsPerSecond());
  }

  @Override
  public Measurement round(Duration duration) {
    return run(duration, spec.eventsPerSecond());
  }

  private Measurement run(Duration duration, int rate) {
    long events = Math.max(1, duration.toNanos() * rate / 1_000_000_000L);
    Meter meter = target.meter();
    Arrivals arrivals = new Arrivals();
    CompletableFuture<Void> received = new CompletableFuture<>();
    Thread thread = new Thread(() -> receive(events, arrivals, received), "receiver");
    thread.start();
    Histogram late = send(events, rate);
    received.join();
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    latencies.put("receive", arrivals.latencies);
    latencies.put("late", late);
    return meter.stop(events, events * spec.sizeBytes(), latencies);
  }

  private Histogram send(long events, int rate) {
    Histogram late = Latencies.histogram();
    Schedule.wakePunctually();
    Schedule schedule = new Schedule(rate);
    for (long i = 0; i < events; i++) {
      long due = schedule.awaitNext();
      Latencies.record(late, System.nanoTime() - due);
      byte[] value = payloads.next().clone();
      ByteBuffer.wrap(value).putLong(due);
      sender.send(value);
    }
    sender.flush();
    return late;
  }

  private void receive(long events, Arrivals arrivals, CompletableFuture<Void> received) {
    try {
      long lastNanos = System.nanoTime();
      while (arrivals.count < events) {
        if (receiver.poll(POLL, arrivals) > 0) {
          lastNanos = System.nanoTime();
        } else if (System.nanoTime() - lastNanos > LONGEST_SILENCE_NANOS) {
          throw new IllegalStateException("sent " + events + " events, received " + arrivals.count);
        }
      }
      received.complete(null);
    } catch (RuntimeException e) {
      received.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    sender.close();
    receiver.close();
    receiving.close();
    sending.deleteTopic(topic);
    sending.close();
  }

  /** Records the latency of each event when it arrives. */
  private static final class Arrivals implements Consumer<byte[]> {

    private final Histogram latencies = Latencies.histogram();
    private long count;

    @Override
    public void accept(byte[] value) {
      count++;
      Latencies.record(latencies, System.nanoTime() - ByteBuffer.wrap(value).getLong());
    }
  }
}
