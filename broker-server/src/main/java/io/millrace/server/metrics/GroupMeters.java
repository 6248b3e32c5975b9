package io.millrace.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.millrace.core.Broker;
import io.millrace.core.GroupCoordinator;
import io.millrace.core.GroupLag;
import io.millrace.group.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * The meters of consumer groups. A scrape shows the lags that were found since the scrape before,
 * and has them found again. Any thread.
 */
final class GroupMeters {

  private static final double MICROS_PER_SECOND = 1e6;

  private final int maxPartitions;
  private final MultiGauge events;
  private final MultiGauge seconds;
  private final MultiGauge reasons;
  private final MultiGauge locked;
  private final MultiGauge waiting;
  private final MultiGauge deadLetters;
  private Broker broker;
  private int groupsWithoutMeters;

  /**
   * @param maxPartitions number of partitions of groups that have meters; the groups after them are
   *     only counted
   */
  GroupMeters(MeterRegistry registry, int maxPartitions) {
    this.maxPartitions = maxPartitions;
    this.events =
        MultiGauge.builder("millrace.group.lag.events")
            .description("Events that a group has not processed")
            .register(registry);
    this.seconds =
        MultiGauge.builder("millrace.group.lag.seconds")
            .description("Time since the append of the first event that a group has not processed")
            .register(registry);
    this.reasons =
        MultiGauge.builder("millrace.group.lag.reason")
            .description("1 for the reason of the lag")
            .register(registry);
    this.locked =
        MultiGauge.builder("millrace.queue.locked")
            .description("Events of a queue that consumers have")
            .register(registry);
    this.waiting =
        MultiGauge.builder("millrace.queue.waiting")
            .description("Events of a queue that wait for their next attempt or their dead letter")
            .register(registry);
    this.deadLetters =
        MultiGauge.builder("millrace.queue.dead.letters")
            .description(
                "Events of a queue that became dead letters or were dropped since the start")
            .register(registry);
  }

  synchronized void watch(Broker watched, MeterRegistry registry) {
    broker = watched;
    Gauge.builder("millrace.groups", this, each -> each.inUse(GroupCoordinator::groups))
        .description("Consumer groups")
        .register(registry);
    Gauge.builder(
            "millrace.groups.failed.partitions",
            this,
            each -> each.inUse(groups -> groups.failures().size()))
        .description("Partitions of the log of groups whose groups are refused")
        .register(registry);
    Gauge.builder("millrace.groups.without.metrics", this, each -> each.groupsWithoutMeters)
        .description(
            "Groups without metrics, because " + maxPartitions + " partitions already have metrics")
        .register(registry);
  }

  private synchronized int inUse(ToIntFunction<GroupCoordinator> count) {
    return broker == null ? 0 : broker.groupsInUse().map(count::applyAsInt).orElse(0);
  }

  synchronized void refresh() {
    Optional<GroupCoordinator> groups = broker == null ? Optional.empty() : broker.groupsInUse();
    if (groups.isEmpty()) {
      return;
    }
    groups.get().refreshLags();
    List<Row<?>> eventRows = new ArrayList<>();
    List<Row<?>> secondRows = new ArrayList<>();
    List<Row<?>> reasonRows = new ArrayList<>();
    QueueRows queueRows = new QueueRows();
    groupsWithoutMeters = 0;
    for (Map.Entry<String, List<GroupLag>> group : new TreeMap<>(groups.get().lags()).entrySet()) {
      if (eventRows.size() + group.getValue().size() > maxPartitions) {
        groupsWithoutMeters++;
        continue;
      }
      for (GroupLag lag : group.getValue()) {
        Tags tags = tags(group.getKey(), lag);
        eventRows.add(Row.of(tags, lag.events()));
        secondRows.add(Row.of(tags, lag.micros() / MICROS_PER_SECOND));
        reasonRows.add(Row.of(tags.and("reason", lag.reason().name()), 1));
        lag.queue().ifPresent(queue -> queueRows.add(tags, queue));
      }
    }
    events.register(eventRows, true);
    seconds.register(secondRows, true);
    reasons.register(reasonRows, true);
    locked.register(queueRows.locked, true);
    waiting.register(queueRows.waiting, true);
    deadLetters.register(queueRows.deadLetters, true);
  }

  /** The rows of the partitions of queues. */
  private static final class QueueRows {

    final List<Row<?>> locked = new ArrayList<>();
    final List<Row<?>> waiting = new ArrayList<>();
    final List<Row<?>> deadLetters = new ArrayList<>();

    void add(Tags tags, Reply.QueuePartitionView queue) {
      locked.add(Row.of(tags, queue.locked()));
      waiting.add(Row.of(tags, queue.waiting() + queue.dying()));
      deadLetters.add(Row.of(tags, queue.deadLetters()));
    }
  }

  private static Tags tags(String group, GroupLag lag) {
    return Tags.of(
        "group",
        group,
        "topic",
        lag.topic(),
        "partition",
        Integer.toString(lag.view().partition().partition()));
  }
}
