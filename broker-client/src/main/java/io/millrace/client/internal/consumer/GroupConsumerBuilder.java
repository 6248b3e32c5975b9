package io.millrace.client.internal.consumer;

import io.millrace.client.GroupConsumer;
import io.millrace.client.Isolation;
import io.millrace.client.RebalanceListener;
import io.millrace.client.WhenMissing;
import io.millrace.client.internal.group.MembershipSettings;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupSubscription;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** The builder of a member of a group. The broker checks names and the pattern. */
final class GroupConsumerBuilder implements GroupConsumer.Builder {

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(1);
  private static final int FIRST_VERSION = 1;

  private final Consumers consumers;
  private final String group;

  private List<String> topics = List.of();
  private String pattern = "";
  private String staticName = "";
  private Duration sessionTimeout = Duration.ofSeconds(30);
  private Duration maxProcessing = Duration.ZERO;
  private GroupAssignor assignor = GroupAssignor.AS_THE_GROUP;
  private RebalanceListener listener;
  private WhenMissing whenNoPosition = WhenMissing.EARLIEST;
  private WhenMissing whenPositionLost = WhenMissing.FAIL;
  private final ReadingOptions reading = new ReadingOptions();

  GroupConsumerBuilder(Consumers consumers, String group) {
    this.consumers = consumers;
    this.group = Objects.requireNonNull(group, "group");
  }

  /** Takes over what the builder of a consumer without a group has. */
  GroupConsumerBuilder reading(ReadingOptions options) {
    reading.copy(options);
    return this;
  }

  @Override
  public GroupConsumer.Builder topics(String... topics) {
    this.topics = List.of(topics);
    return this;
  }

  @Override
  public GroupConsumer.Builder pattern(String glob) {
    this.pattern = Objects.requireNonNull(glob, "glob");
    return this;
  }

  @Override
  public GroupConsumer.Builder staticName(String name) {
    this.staticName = Objects.requireNonNull(name, "name");
    return this;
  }

  @Override
  public GroupConsumer.Builder sessionTimeout(Duration timeout) {
    this.sessionTimeout = requireTime("sessionTimeout", timeout);
    return this;
  }

  @Override
  public GroupConsumer.Builder maxProcessingTime(Duration time) {
    this.maxProcessing = requireTime("maxProcessingTime", time);
    return this;
  }

  @Override
  public GroupConsumer.Builder singleActive() {
    this.assignor = GroupAssignor.SINGLE_ACTIVE;
    return this;
  }

  @Override
  public GroupConsumer.Builder listener(RebalanceListener listener) {
    this.listener = Objects.requireNonNull(listener, "listener");
    return this;
  }

  @Override
  public GroupConsumer.Builder whenNoPosition(WhenMissing start) {
    this.whenNoPosition = Objects.requireNonNull(start, "start");
    return this;
  }

  @Override
  public GroupConsumer.Builder whenPositionLost(WhenMissing start) {
    this.whenPositionLost = Objects.requireNonNull(start, "start");
    return this;
  }

  @Override
  public GroupConsumer.Builder isolation(Isolation isolation) {
    reading.isolation(isolation);
    return this;
  }

  @Override
  public GroupConsumer.Builder sources(String... sources) {
    reading.sources(sources);
    return this;
  }

  @Override
  public GroupConsumer.Builder where(String filter) {
    reading.where(filter);
    return this;
  }

  @Override
  public GroupConsumer.Builder creditBytes(long bytes) {
    reading.creditBytes(bytes);
    return this;
  }

  @Override
  public GroupConsumer.Builder maxPollEvents(int events) {
    reading.maxPollEvents(events);
    return this;
  }

  @Override
  public GroupConsumer build() {
    if (topics.isEmpty() && pattern.isEmpty()) {
      throw new IllegalStateException(
          "group '" + group + "' has nothing to read; call topics or pattern");
    }
    reading.check();
    MembershipSettings member =
        new MembershipSettings(
            group,
            staticName,
            sessionTimeout,
            maxProcessing,
            assignor,
            new GroupSubscription(FIRST_VERSION, topics, pattern),
            reading.filter());
    long credit = reading.creditBytes();
    return consumers.open(
        new GroupSettings(
            member,
            reading.of(null, new TreeMap<>(), credit),
            credit,
            whenNoPosition,
            whenPositionLost,
            listener));
  }

  private static Duration requireTime(String name, Duration time) {
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " must be 100 ms to 1 day, not " + time);
    }
    return time;
  }
}
