package io.millrace.core;

import io.millrace.core.GroupLagScan.Input;
import io.millrace.group.Assignor;
import io.millrace.group.CommittedOffset;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Puts the lags of a group together: what the shard knows, what the owners of the partitions know
 * of the subscriptions, and the append times from the logs. Any thread.
 */
final class GroupLags {

  /** The longest wait for an owner that is busy; its subscriptions then count as unknown. */
  private static final int STATUS_SECONDS = 2;

  private final GroupTopics topics;
  private final GroupResources resources;

  GroupLags(GroupTopics topics, GroupResources resources) {
    this.topics = topics;
    this.resources = resources;
  }

  /** Adds the lags to what a shard has answered. */
  CompletableFuture<GroupDescription> describe(GroupShard shard, Reply.Description group) {
    return inputs(shard, group).thenCompose(inputs -> read(shard, group, inputs));
  }

  private CompletableFuture<GroupDescription> read(
      GroupShard shard, Reply.Description group, List<Input> inputs) {
    return scan(shard, group.group(), measure -> explain(group, measure), inputs)
        .thenApply(lags -> new GroupDescription(group, lags, Optional.empty()));
  }

  private static GroupLagReasons.Explained explain(Reply.Description group, LagMeasure measure) {
    Input input = measure.input();
    return GroupLagReasons.of(
        new GroupLagFacts(
            group,
            input.view(),
            measure.start(),
            measure.events(),
            measure.micros(),
            measure.damage(),
            input.eventsIn(),
            input.eventsOut(),
            input.startsHere(),
            input.subscription()));
  }

  private CompletableFuture<List<GroupLag>> scan(
      GroupShard shard, String group, LagMeasure.Explainer explainer, List<Input> inputs) {
    GroupLagScan scan = new GroupLagScan(explainer, inputs, topics, resources.now().epochMicros());
    return resources
        .readers()
        .run(scan)
        .thenApply(
            lags -> {
              remember(shard, group, scan);
              return lags;
            });
  }

  /** Adds the lags to what a shard has answered of a queue. */
  CompletableFuture<GroupDescription> describe(GroupShard shard, Reply.QueueDescription queue) {
    CompletableFuture<QueueDescription> known = new CompletableFuture<>();
    List<Input> inputs = new ArrayList<>();
    shard.submit(
        new GroupTask.OfState(
            machine -> {
              queue.partitions().forEach(view -> inputs.add(input(shard, queue.group(), view)));
              known.complete(new QueueDescription(queue, problems(shard, queue)));
            },
            known::completeExceptionally));
    return known.thenCompose(
        description ->
            scan(shard, queue.group(), new QueueLagReasons(description), inputs)
                .thenApply(
                    lags ->
                        new GroupDescription(
                            withoutMembers(queue.group()), lags, Optional.of(description))));
  }

  private static Map<PartitionId, String> problems(GroupShard shard, Reply.QueueDescription queue) {
    Map<PartitionId, String> problems = new HashMap<>();
    for (Reply.QueuePartitionView view : queue.partitions()) {
      String problem = shard.queues().problem(queue.group(), view.partition());
      if (!problem.isEmpty()) {
        problems.put(view.partition(), problem);
      }
    }
    return problems;
  }

  /** On the owner's thread of the shard. */
  private Input input(GroupShard shard, String group, Reply.QueuePartitionView queue) {
    GroupProgress.Track track = shard.progress().track(group, queue.partition());
    long now = resources.now().monotonicMicros();
    topics
        .partition(queue.partition())
        .ifPresent(partition -> track.sample(partition.offsets().durable(), queue.start(), now));
    Reply.PartitionView view =
        new Reply.PartitionView(
            queue.partition(), "", "", Optional.of(new CommittedOffset(queue.start(), -1, "", 0)));
    return new Input(
        view,
        track.eventsIn(),
        track.eventsOut(),
        0,
        track.batch(),
        Optional.empty(),
        Optional.of(queue));
  }

  private static Reply.Description withoutMembers(String group) {
    return new Reply.Description(group, 0, Assignor.BALANCED, 0, 0, "", List.of(), List.of());
  }

  private void remember(GroupShard shard, String group, GroupLagScan scan) {
    if (!scan.looked().isEmpty()) {
      shard.look(
          machine ->
              scan.looked()
                  .forEach(
                      found ->
                          shard
                              .progress()
                              .find(group, found.partition())
                              .ifPresent(track -> track.batch(found.batch()))));
    }
  }

  private CompletableFuture<List<Input>> inputs(GroupShard shard, Reply.Description group) {
    CompletableFuture<List<CompletableFuture<Input>>> started = new CompletableFuture<>();
    shard.submit(
        new GroupTask.OfState(
            machine -> started.complete(startInputs(shard, group)),
            started::completeExceptionally));
    return started.thenCompose(
        parts ->
            CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
                .thenApply(done -> parts.stream().map(CompletableFuture::join).toList()));
  }

  /** On the owner's thread of the shard. */
  private List<CompletableFuture<Input>> startInputs(GroupShard shard, Reply.Description group) {
    List<Reply.PartitionView> views = views(group);
    List<CompletableFuture<Input>> inputs = new ArrayList<>(views.size());
    long now = resources.now().monotonicMicros();
    for (Reply.PartitionView view : views) {
      Optional<GroupProgress.Track> track = track(shard, group.group(), view, now);
      long position = view.committed().map(CommittedOffset::offset).orElse(-1L);
      double in = track.map(GroupProgress.Track::eventsIn).orElse(0.0);
      double out = track.map(GroupProgress.Track::eventsOut).orElse(0.0);
      int starts = track.map(t -> t.startsAt(position)).orElse(0);
      GroupProgress.BatchTime batch =
          track.map(GroupProgress.Track::batch).orElse(GroupProgress.BatchTime.NONE);
      inputs.add(
          status(shard.fences().find(group.group(), view.owner(), view.partition()))
              .thenApply(
                  status -> new Input(view, in, out, starts, batch, status, Optional.empty())));
    }
    return inputs;
  }

  /**
   * The partitions of all topics of which the group has a position or a member has a partition. One
   * without a position and an owner counts, too: a member would read it from its start.
   */
  private List<Reply.PartitionView> views(Reply.Description group) {
    List<Reply.PartitionView> all = new ArrayList<>(group.partitions());
    Set<PartitionId> known = new HashSet<>();
    Set<UUID> ofGroup = new LinkedHashSet<>();
    for (Reply.PartitionView view : group.partitions()) {
      known.add(view.partition());
      ofGroup.add(view.partition().topicId());
    }
    for (UUID topic : ofGroup) {
      for (int i = 0; i < topics.partitions(topic); i++) {
        PartitionId partition = new PartitionId(topic, i);
        if (!known.contains(partition)) {
          all.add(new Reply.PartitionView(partition, "", "", Optional.empty()));
        }
      }
    }
    return all;
  }

  /** Takes a sample of a partition that has a position. */
  private Optional<GroupProgress.Track> track(
      GroupShard shard, String group, Reply.PartitionView view, long nowMicros) {
    if (view.committed().isEmpty()) {
      return shard.progress().find(group, view.partition());
    }
    GroupProgress.Track track = shard.progress().track(group, view.partition());
    topics
        .partition(view.partition())
        .ifPresent(
            partition ->
                track.sample(
                    partition.offsets().durable(), view.committed().get().offset(), nowMicros));
    return Optional.of(track);
  }

  private static CompletableFuture<Optional<SubscriptionStatus>> status(
      Optional<Subscription> subscription) {
    if (subscription.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    CompletableFuture<Optional<SubscriptionStatus>> status = new CompletableFuture<>();
    subscription.get().status(known -> status.complete(Optional.of(known)));
    return status.completeOnTimeout(Optional.empty(), STATUS_SECONDS, TimeUnit.SECONDS);
  }
}
