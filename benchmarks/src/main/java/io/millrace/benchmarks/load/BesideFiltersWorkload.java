package io.millrace.benchmarks.load;

import io.millrace.benchmarks.load.FilterWorkload.Wanted;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.Receipt;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/**
 * Appends {@link JsonEvents} on a schedule: once alone, and once while subscriptions with a filter
 * read the end of the topic, over another connection. Each second round has the reverse order. The
 * latency of an event is the time from when it is due until it is acknowledged. For Millrace only.
 */
final class BesideFiltersWorkload implements Workload {

  /** For each measurement, load that is not measured. */
  private static final Duration LEAD_IN = Duration.ofMillis(200);

  private final WorkloadSpec spec;
  private final Target target;
  private final MillraceClient sending;
  private final MillraceClient receiving;
  private final String topic = Target.newTopic("beside-filters");
  private final Producer producer;
  private final JsonEvents values;
  private int rounds;

  private BesideFiltersWorkload(
      WorkloadSpec spec, Target target, MillraceClient sending, MillraceClient receiving) {
    this.spec = spec;
    this.target = target;
    this.sending = sending;
    this.receiving = receiving;
    sending.admin().createTopic(topic, TopicSpec.partitions(spec.partitions()));
    this.producer = sending.producer(topic).ack(MillraceLoadClient.ack(spec.durability())).build();
    this.values = new JsonEvents(spec.sizeBytes());
  }

  static BesideFiltersWorkload open(WorkloadSpec spec, Target target) {
    return new BesideFiltersWorkload(
        spec,
        target,
        MillraceLoadClient.connect(target.server()),
        MillraceLoadClient.connect(target.server()));
  }

  @Override
  public void warmUp(Duration duration) {
    round(duration);
  }

  @Override
  public Measurement round(Duration duration) {
    boolean aloneFirst = rounds++ % 2 == 0;
    Measurement first = aloneFirst ? alone(duration) : beside(duration);
    Measurement second = aloneFirst ? beside(duration) : alone(duration);
    Measurement alone = aloneFirst ? first : second;
    Measurement beside = aloneFirst ? second : first;
    Map<String, Histogram> latencies = new LinkedHashMap<>();
    latencies.put("append_alone", alone.latencies().get("append"));
    latencies.put("append_beside", beside.latencies().get("append"));
    return new Measurement(
        alone.events(),
        alone.bytes(),
        alone.seconds(),
        alone.brokerCpuSeconds(),
        alone.clientCpuSeconds(),
        latencies,
        Map.of(
            "broker_cpu_percent_alone", percent(alone.brokerCpuSeconds(), alone),
            "broker_cpu_percent_beside", percent(beside.brokerCpuSeconds(), beside),
            "client_cpu_percent_alone", percent(alone.clientCpuSeconds(), alone),
            "client_cpu_percent_beside", percent(beside.clientCpuSeconds(), beside)));
  }

  private static double percent(double cpuSeconds, Measurement measured) {
    return 100 * cpuSeconds / measured.seconds();
  }

  private Measurement alone(Duration duration) {
    append(LEAD_IN);
    return append(duration);
  }

  private Measurement beside(Duration duration) {
    List<Reading> readings = new ArrayList<>();
    try {
      for (int i = 0; i < spec.connections(); i++) {
        readings.add(new Reading(subscribe()));
      }
      append(LEAD_IN);
      return append(duration);
    } finally {
      readings.forEach(Reading::close);
    }
  }

  private Consumer subscribe() {
    return receiving
        .consumer(topic)
        .isolation(MillraceLoadClient.isolation(spec.durability()))
        .from(StartPosition.latest())
        .where(Wanted.SOURCE_AND_JSON.filter())
        .build();
  }

  private Measurement append(Duration duration) {
    long events = Math.max(1, duration.toNanos() * spec.eventsPerSecond() / 1_000_000_000L);
    Histogram latencies = Latencies.histogram();
    List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
    Meter meter = target.meter();
    Schedule.wakePunctually();
    Schedule schedule = new Schedule(spec.eventsPerSecond());
    for (long i = 0; i < events; i++) {
      JsonEvents.Value value = values.next();
      Event event = Event.builder().source(value.source()).value(value.value()).build();
      long due = schedule.awaitNext();
      CompletableFuture<Receipt> receipt = producer.send(event);
      // One thread of the client completes all receipts.
      receipts.add(
          receipt.whenComplete(
              (stored, failure) -> Latencies.record(latencies, System.nanoTime() - due)));
    }
    receipts.forEach(CompletableFuture::join);
    return meter.stop(events, events * spec.sizeBytes(), Map.of("append", latencies));
  }

  @Override
  public void close() {
    producer.close();
    receiving.close();
    sending.admin().deleteTopic(topic);
    sending.close();
  }

  /** A thread that polls a consumer until it is closed. */
  private static final class Reading implements AutoCloseable {

    private final Consumer consumer;
    private final CompletableFuture<Void> ended;
    private volatile boolean closed;

    Reading(Consumer consumer) {
      this.consumer = consumer;
      this.ended = CompletableFuture.runAsync(this::read, task -> new Thread(task).start());
    }

    private void read() {
      while (!closed) {
        consumer.poll(Duration.ofSeconds(1));
      }
    }

    @Override
    public void close() {
      closed = true;
      consumer.wakeup();
      ended.join();
      consumer.close();
    }
  }
}
