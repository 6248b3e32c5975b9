package io.millrace.core;

import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.LagReason;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds why a queue lags: the first reason that holds, in the order of {@link LagReason}. */
final class QueueLagReasons implements LagMeasure.Explainer {

  private static final long MICROS_PER_SECOND = 1_000_000;

  private final QueueDescription description;
  private final Map<PartitionId, Reply.QueuePartitionView> partitions;

  QueueLagReasons(QueueDescription description) {
    this.description = description;
    this.partitions =
        description.queue().partitions().stream()
            .collect(Collectors.toMap(Reply.QueuePartitionView::partition, view -> view));
  }

  @Override
  public GroupLagReasons.Explained explain(LagMeasure measure) {
    PartitionId id = measure.input().view().partition();
    Reply.QueuePartitionView view = partitions.get(id);
    if (consumers(id, false) == 0) {
      return because(LagReason.NO_MEMBER, absent(consumers(id, true)));
    }
    String blocked = blocked(view, measure);
    if (!blocked.isEmpty()) {
      return because(LagReason.BLOCKED, blocked);
    }
    long idleMicros = idleMicros(id);
    if (view.locked() > 0 && idleMicros >= GroupLagReasons.POLL_MICROS) {
      return because(
          LagReason.NOT_POLLING,
          "consumers have "
              + view.locked()
              + " events, and none has taken or settled an event for "
              + idleMicros / MICROS_PER_SECOND
              + " s; their handlers may be stuck");
    }
    if (view.failing()) {
      return because(
          LagReason.FAILING,
          "more than half of the last deliveries failed; single events are handed out until they"
              + " succeed");
    }
    if (measure.events() == 0 || measure.micros() < GroupLagReasons.LAG_MICROS) {
      return because(LagReason.OK, "");
    }
    return because(LagReason.BUSY, busy(view, measure));
  }

  private static GroupLagReasons.Explained because(LagReason reason, String text) {
    return new GroupLagReasons.Explained(reason, text);
  }

  private long consumers(PartitionId id, boolean away) {
    return description.queue().consumers().stream()
        .filter(consumer -> consumer.topic().equals(id.topicId()) && consumer.away() == away)
        .count();
  }

  private static String absent(long away) {
    return away == 0
        ? "the queue has no consumer of this topic"
        : "the connections of all consumers of this topic have ended; the events that they have"
            + " locked come again if they do not come back in 5 s";
  }

  /** The time since any consumer of the topic has taken or settled something. */
  private long idleMicros(PartitionId id) {
    return description.queue().consumers().stream()
        .filter(consumer -> consumer.topic().equals(id.topicId()))
        .mapToLong(Reply.QueueConsumerView::sinceProgressMicros)
        .min()
        .orElse(0);
  }

  private String blocked(Reply.QueuePartitionView view, LagMeasure measure) {
    String problem = description.problems().getOrDefault(view.partition(), "");
    if (!problem.isEmpty()) {
      return view.dying() > 0
          ? view.dying() + " dead letters are not written: " + problem
          : problem;
    }
    return measure.damage();
  }

  private static String busy(Reply.QueuePartitionView view, LagMeasure measure) {
    return String.format(
        "consumers have %d events, %d wait for their next attempt, and %d for a consumer; %.1f"
            + " events/s are done, and %.1f events/s are appended",
        view.locked(),
        view.waiting(),
        view.available() + view.blocked(),
        measure.input().eventsOut(),
        measure.input().eventsIn());
  }
}
