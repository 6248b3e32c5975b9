package io.millrace.core;

import io.millrace.core.GroupProgress.BatchTime;
import io.millrace.group.CommittedOffset;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogOffsets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Finds the lags of one group: one partition a step, so that a group of many partitions takes one
 * reader thread at most. One thread at a time.
 */
final class GroupLagScan implements Scan<List<GroupLag>> {

  private static final double MICROS_PER_SECOND = 1_000_000;

  private final LagMeasure.Explainer explainer;
  private final List<Input> inputs;
  private final GroupTopics topics;
  private final long nowMicros;
  private final List<GroupLag> found = new ArrayList<>();
  private int next;

  /**
   * What the shard knows of a partition.
   *
   * @param batch the batch that contained the position when it was last looked up
   * @param queue the partition of a queue; empty: the group has members
   */
  record Input(
      Reply.PartitionView view,
      double eventsIn,
      double eventsOut,
      int startsHere,
      BatchTime batch,
      Optional<SubscriptionStatus> subscription,
      Optional<Reply.QueuePartitionView> queue) {

    /** Events after the position that are done already. */
    long doneEvents() {
      return queue.map(Input::doneEvents).orElse(0L);
    }

    private static long doneEvents(Reply.QueuePartitionView view) {
      long notDone =
          (long) view.available() + view.locked() + view.waiting() + view.blocked() + view.dying();
      return Math.max(0, view.next() - view.start() - notDone);
    }
  }

  /**
   * @param nowMicros microseconds since 1970-01-01
   */
  GroupLagScan(
      LagMeasure.Explainer explainer, List<Input> inputs, GroupTopics topics, long nowMicros) {
    this.explainer = explainer;
    this.inputs = inputs;
    this.topics = topics;
    this.nowMicros = nowMicros;
  }

  /** The batches of the positions that were looked up, to be remembered. */
  record Found(PartitionId partition, BatchTime batch) {}

  private final List<Found> looked = new ArrayList<>();

  List<Found> looked() {
    return looked;
  }

  @Override
  public CompletionStage<List<GroupLag>> step(Executor pool) {
    if (next == inputs.size()) {
      return CompletableFuture.completedStage(found);
    }
    Input input = inputs.get(next++);
    Optional<Partition> partition = topics.partition(input.view().partition());
    return partition.isEmpty()
        ? CompletableFuture.completedStage(null)
        : lag(input, partition.get());
  }

  private CompletionStage<List<GroupLag>> lag(Input input, Partition partition) {
    LogOffsets offsets = partition.offsets();
    long position =
        Math.max(
            offsets.start(),
            input.view().committed().map(CommittedOffset::offset).orElse(offsets.start()));
    if (position >= offsets.durable()) {
      add(input, partition, offsets, position, nowMicros, "");
      return CompletableFuture.completedStage(null);
    }
    if (input.batch().contains(position)) {
      add(input, partition, offsets, position, input.batch().appendTimeMicros(), "");
      return CompletableFuture.completedStage(null);
    }
    return partition
        .read(position, 1, IsolationLevel.DURABLE)
        .handle(
            (slice, failure) -> {
              if (failure != null) {
                add(input, partition, offsets, position, nowMicros, why(failure));
              } else {
                try (slice) {
                  read(input, partition, offsets, position, slice.batches());
                }
              }
              return null;
            });
  }

  private void read(
      Input input, Partition partition, LogOffsets offsets, long position, ByteBuffer batches) {
    if (!batches.hasRemaining()) {
      add(input, partition, offsets, position, nowMicros, "");
      return;
    }
    int at = batches.position();
    BatchTime batch =
        new BatchTime(
            BatchHeader.baseOffset(batches, at),
            BatchHeader.nextOffset(batches, at),
            BatchHeader.appendTime(batches, at));
    looked.add(new Found(input.view().partition(), batch));
    add(input, partition, offsets, position, batch.appendTimeMicros(), "");
  }

  private void add(
      Input input,
      Partition partition,
      LogOffsets offsets,
      long position,
      long appendTimeMicros,
      String unreadable) {
    long events = Math.max(0, offsets.durable() - position - input.doneEvents());
    long micros = events == 0 ? 0 : Math.max(0, nowMicros - appendTimeMicros);
    String damage = unreadable.isEmpty() ? damageAt(partition, position) : unreadable;
    GroupLagReasons.Explained why =
        explainer.explain(new LagMeasure(input, offsets.start(), events, micros, damage));
    found.add(
        new GroupLag(
            input.view(),
            topics.nameOf(input.view().partition().topicId()).orElse(""),
            offsets.start(),
            offsets.durable(),
            events,
            micros,
            input.eventsIn(),
            input.eventsOut(),
            catchUpMicros(events, input.eventsOut() - input.eventsIn()),
            why.reason(),
            why.text(),
            input.queue()));
  }

  private static long catchUpMicros(long events, double perSecond) {
    if (events == 0) {
      return 0;
    }
    return perSecond <= 0 ? GroupLag.NEVER : (long) (events / perSecond * MICROS_PER_SECOND);
  }

  private static String damageAt(Partition partition, long position) {
    for (DamagedOffsets range : partition.damage()) {
      if (range.contains(position)) {
        return "the events "
            + range.firstOffset()
            + " to "
            + (range.endOffset() - 1)
            + " are damaged; look at them with `millrace log verify`";
      }
    }
    return "";
  }

  private static String why(Throwable failure) {
    return StageFailure.cause(failure).getMessage();
  }
}
