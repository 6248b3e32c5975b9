package io.millrace.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.core.Broker;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.storage.FreeSpace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * The meters of topics and partitions. They are updated before each scrape: meters of new topics
 * are added, and those of deleted topics are removed. Any thread.
 */
final class TopicMeters {

  /**
   * @param topic a strong reference, because meters have only weak ones
   */
  private record Watched(Topic topic, List<Meter> meters) {}

  private final MeterRegistry registry;
  private final int maxPartitions;
  private final Map<UUID, Watched> byTopic = new HashMap<>();
  private int partitions;
  private int topicsWithoutMeters;
  private Broker broker;

  /**
   * @param maxPartitions number of partitions that have meters of their own; the other topics are
   *     only counted
   */
  TopicMeters(MeterRegistry registry, int maxPartitions) {
    this.registry = registry;
    this.maxPartitions = maxPartitions;
  }

  synchronized void watch(Broker broker) {
    this.broker = broker;
    Gauge.builder("millrace.storage.usable.bytes", broker, each -> each.freeSpace().bytes())
        .description("Bytes that events can still use; the reserve is not included")
        .register(registry);
    Gauge.builder("millrace.storage.usable.files", broker, TopicMeters::usableFiles)
        .description("Files that can still be created for events; the reserve is not included")
        .register(registry);
    Gauge.builder("millrace.topics", broker, each -> each.topics().size())
        .description("Topics")
        .register(registry);
    Gauge.builder("millrace.topics.without.metrics", this, each -> each.topicsWithoutMeters)
        .description(
            "Topics that have no metrics, because "
                + maxPartitions
                + " partitions already have metrics")
        .register(registry);
  }

  private static double usableFiles(Broker broker) {
    long files = broker.freeSpace().files();
    return files == FreeSpace.UNLIMITED ? Double.POSITIVE_INFINITY : files;
  }

  synchronized void refresh() {
    if (broker == null) {
      return;
    }
    List<Topic> topics = broker.topics();
    Set<UUID> present = topics.stream().map(Topic::id).collect(Collectors.toSet());
    List.copyOf(byTopic.keySet()).stream()
        .filter(id -> !present.contains(id))
        .forEach(this::remove);
    topics.stream().filter(this::hasGrown).map(Topic::id).forEach(this::remove);
    topicsWithoutMeters = 0;
    for (Topic topic : topics) {
      if (!byTopic.containsKey(topic.id())) {
        add(topic);
      }
    }
  }

  /** A topic that has got partitions gets new meters, with the sums of all partitions. */
  private boolean hasGrown(Topic topic) {
    Watched watched = byTopic.get(topic.id());
    return watched != null && watched.topic().partitions().size() != topic.partitions().size();
  }

  private void add(Topic topic) {
    if (partitions + topic.partitions().size() > maxPartitions) {
      topicsWithoutMeters++;
      return;
    }
    List<Meter> meters = new ArrayList<>();
    meters.add(counter(topic, "events.in", "Events appended", traffic -> traffic.eventsIn()));
    meters.add(counter(topic, "bytes.in", "Bytes appended", traffic -> traffic.bytesIn()));
    meters.add(counter(topic, "events.out", "Events delivered", traffic -> traffic.eventsOut()));
    meters.add(counter(topic, "bytes.out", "Bytes delivered", traffic -> traffic.bytesOut()));
    for (Partition partition : topic.partitions()) {
      addPartition(topic, partition, meters);
    }
    byTopic.put(topic.id(), new Watched(topic, meters));
    partitions += topic.partitions().size();
  }

  private void addPartition(Topic topic, Partition partition, List<Meter> meters) {
    meters.add(
        gauge(
            topic,
            partition,
            "start.offset",
            "First offset that is kept",
            p -> p.offsets().start()));
    meters.add(
        gauge(
            topic,
            partition,
            "durable.offset",
            "One past the last durable offset",
            p -> p.offsets().durable()));
    meters.add(
        gauge(
            topic,
            partition,
            "end.offset",
            "One past the last stored offset",
            p -> p.offsets().stored()));
    meters.add(gauge(topic, partition, "size.bytes", "Bytes kept", Partition::sizeBytes));
    meters.add(
        gauge(
            topic,
            partition,
            "failed",
            "1 while the partition takes no appends",
            p -> p.failure() == null ? 0 : 1));
    meters.add(
        gauge(
            topic,
            partition,
            "damaged.ranges",
            "Ranges of offsets that are damaged and cannot be read",
            p -> p.damage().size()));
  }

  private Meter counter(
      Topic topic, String name, String description, ToLongFunction<Partition.Counters> value) {
    return FunctionCounter.builder(
            "millrace.topic." + name,
            topic.partitions(),
            CounterValue.of(
                all -> all.stream().mapToLong(each -> value.applyAsLong(each.counters())).sum()))
        .description(description + " since the start")
        .tag("topic", topic.name())
        .register(registry);
  }

  private Meter gauge(
      Topic topic,
      Partition partition,
      String name,
      String description,
      ToDoubleFunction<Partition> value) {
    return Gauge.builder("millrace.partition." + name, partition, value)
        .description(description)
        .tag("topic", topic.name())
        .tag("partition", Integer.toString(partition.id().partition()))
        .register(registry);
  }

  private void remove(UUID topicId) {
    Watched gone = byTopic.remove(topicId);
    gone.meters().forEach(registry::remove);
    partitions -= gone.topic().partitions().size();
  }
}
