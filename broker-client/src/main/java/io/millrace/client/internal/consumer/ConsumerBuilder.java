package io.millrace.client.internal.consumer;

import io.millrace.client.Consumer;
import io.millrace.client.GroupConsumer;
import io.millrace.client.Isolation;
import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.TopicInfo;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The builder of a consumer: checks the settings, and resolves them to partitions. */
final class ConsumerBuilder implements Consumer.Builder {

  static final long MIN_PARTITION_CREDIT = 1024;

  /**
   * The maximum credit that the broker keeps for a subscription. With a larger share, the client
   * would wait for bytes that the broker may not send, before it grants credit again.
   */
  private static final long MAX_PARTITION_CREDIT = 1L << 30;

  private final Consumers consumers;
  private final BlockingCalls calls;
  private final String topic;

  private StartPosition start = StartPosition.latest();
  private boolean startSet;
  private final Map<Integer, StartPosition> starts = new LinkedHashMap<>();
  private SortedSet<Integer> partitions = new TreeSet<>();
  private final ReadingOptions reading = new ReadingOptions();

  ConsumerBuilder(Consumers consumers, BlockingCalls calls, String topic) {
    this.consumers = consumers;
    this.calls = calls;
    this.topic = Objects.requireNonNull(topic, "topic");
  }

  @Override
  public Consumer.Builder from(StartPosition position) {
    this.start = requireRepresentable(position);
    this.startSet = true;
    return this;
  }

  @Override
  public Consumer.Builder from(int partition, StartPosition position) {
    starts.put(partition, requireRepresentable(position));
    return this;
  }

  @Override
  public Consumer.Builder from(Map<Integer, StartPosition> positions) {
    if (positions.isEmpty()) {
      throw new IllegalArgumentException(
          "from() was called with an empty map, so that no partition would be read; to read every"
              + " partition, do not call it, or call it with one start position");
    }
    positions.forEach(this::from);
    partitions = new TreeSet<>(positions.keySet());
    return this;
  }

  @Override
  public Consumer.Builder partitions(int... partitions) {
    if (partitions.length == 0) {
      throw new IllegalArgumentException(
          "partitions() was called without a partition; to read every partition, do not call it");
    }
    this.partitions =
        Arrays.stream(partitions).boxed().collect(Collectors.toCollection(TreeSet::new));
    return this;
  }

  @Override
  public Consumer.Builder isolation(Isolation isolation) {
    reading.isolation(isolation);
    return this;
  }

  @Override
  public Consumer.Builder sources(String... sources) {
    reading.sources(sources);
    return this;
  }

  @Override
  public Consumer.Builder where(String filter) {
    reading.where(filter);
    return this;
  }

  @Override
  public Consumer.Builder creditBytes(long bytes) {
    reading.creditBytes(bytes);
    return this;
  }

  @Override
  public Consumer.Builder maxPollEvents(int events) {
    reading.maxPollEvents(events);
    return this;
  }

  @Override
  public GroupConsumer.Builder group(String name) {
    if (!starts.isEmpty() || !partitions.isEmpty() || startSet) {
      throw new IllegalStateException(
          "start positions and partitions do not fit a group, which decides who reads what and from"
              + " where; see whenNoPosition of the builder of the group");
    }
    return new GroupConsumerBuilder(consumers, name).reading(reading).topics(topic);
  }

  @Override
  public Consumer build() {
    reading.check();
    TopicInfo found = calls.findTopic(topic);
    SortedMap<Integer, StartPosition> assigned = assign(found.partitions().size());
    long share = partitionCredit(reading.creditBytes(), assigned.size());
    return consumers.open(reading.of(TopicRef.of(found), assigned, share));
  }

  /** The equal share of a partition in the credit of a consumer, within the limits for one. */
  static long partitionCredit(long creditBytes, int partitions) {
    long equalShare = creditBytes / Math.max(1, partitions);
    return Math.min(MAX_PARTITION_CREDIT, Math.max(MIN_PARTITION_CREDIT, equalShare));
  }

  /** Refuses a time that the protocol cannot represent, here and not on the event loop. */
  private static StartPosition requireRepresentable(StartPosition position) {
    if (Objects.requireNonNull(position, "position") instanceof StartPosition.Timestamp from) {
      EpochMicros.of(from.timestamp());
    }
    return position;
  }

  private SortedMap<Integer, StartPosition> assign(int count) {
    SortedSet<Integer> wanted = partitions;
    if (wanted.isEmpty()) {
      wanted = IntStream.range(0, count).boxed().collect(Collectors.toCollection(TreeSet::new));
    }
    requireKnown(wanted, count);
    requireKnown(starts.keySet(), count);
    SortedMap<Integer, StartPosition> assigned = new TreeMap<>();
    for (int partition : wanted) {
      assigned.put(partition, starts.getOrDefault(partition, start));
    }
    return assigned;
  }

  private void requireKnown(Set<Integer> partitions, int count) {
    for (int partition : partitions) {
      if (partition < 0 || partition >= count) {
        throw new MillraceException(
            ErrorCode.UNKNOWN_PARTITION,
            "topic " + topic + " has partitions 0 to " + (count - 1) + ", not " + partition);
      }
    }
  }
}
