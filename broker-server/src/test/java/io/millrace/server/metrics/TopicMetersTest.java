package io.millrace.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.core.Broker;
import io.millrace.core.BrokerClock;
import io.millrace.core.BrokerObserver;
import io.millrace.core.BrokerSettings;
import io.millrace.core.OwnerThreads;
import io.millrace.core.PartitionOwners;
import io.millrace.core.TopicSettings;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.memory.MemoryStorage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicMetersTest {

  private static final int MAX_PARTITIONS = 5;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final TopicMeters meters = new TopicMeters(registry, MAX_PARTITIONS);
  private final OwnerThreads owners = PartitionOwners.threads(1);
  private final Broker broker =
      Broker.open(
          new BrokerSettings(
              new BatchLimits(1 << 20, 2 << 20, 4 << 20),
              100,
              100,
              100,
              100,
              Duration.ofDays(1),
              100,
              100,
              Duration.ofMillis(10),
              1,
              1,
              1,
              Duration.ofHours(1),
              1 << 20,
              1 << 30,
              1 << 30,
              new TopicSettings(Duration.ZERO, 0, new SegmentSizes(1 << 20).toSettings())),
          new MemoryStorage(1 << 20),
          owners,
          BrokerClock.system(),
          (opened, total) -> {},
          BrokerObserver.none());

  @BeforeEach
  void watch() {
    meters.watch(broker);
  }

  @AfterEach
  void close() {
    broker.close();
    owners.close();
  }

  @Test
  void topicsBeyondTheLimitAreCountedUntilThereIsRoom() {
    broker.createTopic("a", 3, Map.of()).join();
    broker.createTopic("b", 3, Map.of()).join();
    broker.createTopic("c", 2, Map.of()).join();

    meters.refresh();

    assertThat(topicsWithMeters()).containsExactly("a", "c");
    assertThat(registry.get("millrace.topics").gauge().value()).isEqualTo(3);
    assertThat(registry.get("millrace.topics.without.metrics").gauge().value()).isEqualTo(1);

    broker.deleteTopic("a").join();
    meters.refresh();

    assertThat(topicsWithMeters()).containsExactly("b", "c");
    assertThat(registry.get("millrace.topics.without.metrics").gauge().value()).isZero();
  }

  @Test
  void aTopicThatHasGrownGetsMetersOfItsNewPartitions() {
    broker.createTopic("a", 2, Map.of()).join();
    broker.createTopic("b", 2, Map.of()).join();
    meters.refresh();
    assertThat(partitionsWithMeters("a")).isEqualTo(2);

    broker.addPartitions("a", 3).join();
    meters.refresh();

    assertThat(partitionsWithMeters("a")).isEqualTo(3);
    assertThat(topicsWithMeters()).containsExactly("a", "b");
    broker.deleteTopic("a").join();
    broker.createTopic("c", 3, Map.of()).join();
    meters.refresh();
    assertThat(topicsWithMeters()).as("the room is free again").containsExactly("b", "c");
  }

  private long partitionsWithMeters(String topic) {
    return registry.find("millrace.partition.end.offset").tag("topic", topic).gauges().size();
  }

  private List<String> topicsWithMeters() {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .map(id -> id.getTag("topic"))
        .filter(name -> name != null)
        .distinct()
        .sorted()
        .toList();
  }
}
