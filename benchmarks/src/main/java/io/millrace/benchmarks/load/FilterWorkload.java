package io.millrace.benchmarks.load;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.Consumer;
import io.millrace.client.Event;
import io.millrace.client.MillraceClient;
import io.millrace.client.Producer;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Reads a topic of {@link JsonEvents} with a filter, from its start to its end, again and again.
 * Filling the topic is not measured. The events of a measurement are those that the broker has
 * tested. For Millrace only.
 */
final class FilterWorkload implements Workload {

  private static final Duration POLL = Duration.ofMillis(500);
  private static final long LONGEST_SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Target target;
  private final WorkloadSpec spec;
  private final Wanted wanted;
  private final MillraceClient client;
  private final String topic = Target.newTopic("filtered");
  private final EventDigest matching = new EventDigest();
  private long events;

  /** The filters. */
  enum Wanted {
    /** The events of one source, about half of all. */
    SOURCE("source == '" + JsonEvents.WANTED_SOURCE + "'") {
      @Override
      boolean matches(JsonEvents.Value event) {
        return event.hasWantedSource();
      }
    },
    /** Of the events of one source, those with a number in the value: about 14 % of all. */
    SOURCE_AND_JSON(SOURCE.filter + " && json.delta > " + JsonEvents.DELTA) {
      @Override
      boolean matches(JsonEvents.Value event) {
        return event.hasWantedSource() && event.delta() > JsonEvents.DELTA;
      }
    };

    private final String filter;

    Wanted(String filter) {
      this.filter = filter;
    }

    /** The text of the filter. */
    String filter() {
      return filter;
    }

    abstract boolean matches(JsonEvents.Value event);
  }

  FilterWorkload(WorkloadSpec spec, Target target, Wanted wanted) {
    this.spec = spec;
    this.target = target;
    this.wanted = wanted;
    this.client = MillraceLoadClient.connect(target.server());
    fill();
  }

  private void fill() {
    client.admin().createTopic(topic, TopicSpec.partitions(spec.partitions()));
    JsonEvents values = new JsonEvents(spec.sizeBytes());
    try (Producer producer =
        client.producer(topic).ack(MillraceLoadClient.ack(spec.durability())).build()) {
      for (; events * spec.sizeBytes() < spec.fillBytes(); events++) {
        JsonEvents.Value event = values.next();
        producer.post(Event.builder().source(event.source()).value(event.value()).build());
        if (wanted.matches(event)) {
          matching.accept(event.value());
        }
      }
      producer.flush();
    }
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
    long tested = 0;
    do {
      readAll();
      tested += events;
    } while (System.nanoTime() - end < 0);
    return meter.stop(tested, tested * spec.sizeBytes(), Map.of());
  }

  private void readAll() {
    EventDigest received = new EventDigest();
    try (Consumer consumer =
        client
            .consumer(topic)
            .isolation(MillraceLoadClient.isolation(spec.durability()))
            .from(StartPosition.earliest())
            .where(wanted.filter())
            .build()) {
      long lastNanos = System.nanoTime();
      while (received.events() < matching.events()
          && System.nanoTime() - lastNanos < LONGEST_SILENCE_NANOS) {
        List<ConsumedEvent> polled = consumer.poll(POLL);
        if (!polled.isEmpty()) {
          lastNanos = System.nanoTime();
        }
        polled.forEach(event -> received.accept(event.value()));
      }
    }
    received.requireSame(matching);
  }

  @Override
  public void close() {
    client.admin().deleteTopic(topic);
    client.close();
  }
}
