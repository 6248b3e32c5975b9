package io.millrace.group;

import io.millrace.group.Reply.MemberView;
import io.millrace.group.Reply.PartitionView;
import io.millrace.group.Reply.QueueConsumerView;
import io.millrace.group.Reply.QueuePartitionView;
import io.millrace.group.Reply.Summary;
import io.millrace.group.queue.QueueProgress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Answers what groups look like. */
final class GroupDescriptions {

  private static final long NOT_REPORTED = -1;

  private final GroupState state;

  GroupDescriptions(GroupState state) {
    this.state = state;
  }

  Decision list() {
    List<Summary> summaries = new ArrayList<>();
    for (Group group : new TreeMap<>(state.store().groups()).values()) {
      summaries.add(
          new Summary(
              group.name(),
              group.head().kind(),
              group.head().assignor(),
              group.members().size() + state.queues().consumers(group.name()),
              group.offsets().size() + group.progress().size(),
              group.head().emptySinceMicros()));
    }
    return Decision.of(new Reply.Groups(summaries));
  }

  Decision describe(Command.Describe describe, Moment now) {
    Group group = state.require(describe.group());
    if (group.isQueue()) {
      return Decision.of(queue(group, now));
    }
    List<MemberView> members =
        group.members().values().stream().map(member -> view(group, member, now)).toList();
    return Decision.of(
        new Reply.Description(
            group.name(),
            group.head().epoch(),
            group.head().assignor(),
            group.head().offsetRetentionMicros(),
            group.head().emptySinceMicros(),
            group.head().lastMember(),
            members,
            partitions(group)));
  }

  private MemberView view(Group group, Member member, Moment now) {
    MemberSession session = state.sessions().find(group.name(), member.id());
    long progressAt = session.progressAt();
    return new MemberView(
        member.id(),
        member.settings(),
        member.subscription(),
        member.state(),
        member.epoch(),
        member.assigned().keySet(),
        member.releasing().keySet(),
        member.target(),
        now.monotonicMicros() - session.beatAt(),
        session.away(),
        progressAt == MemberSession.NOT_REPORTED
            ? NOT_REPORTED
            : now.monotonicMicros() - progressAt,
        session.handedOut());
  }

  private static List<PartitionView> partitions(Group group) {
    Map<PartitionId, String> owners = new HashMap<>();
    Map<PartitionId, String> targets = new HashMap<>();
    for (Member member : group.members().values()) {
      member.assigned().keySet().forEach(partition -> owners.put(partition, member.id()));
      member.releasing().keySet().forEach(partition -> owners.put(partition, member.id()));
      member.target().forEach(partition -> targets.put(partition, member.id()));
    }
    TreeSet<PartitionId> all = new TreeSet<>(owners.keySet());
    all.addAll(targets.keySet());
    all.addAll(group.offsets().keySet());
    List<PartitionView> views = new ArrayList<>(all.size());
    for (PartitionId partition : all) {
      String owner = owners.getOrDefault(partition, "");
      String target = targets.getOrDefault(partition, "");
      views.add(
          new PartitionView(
              partition,
              owner,
              target.equals(owner) ? "" : target,
              Optional.ofNullable(group.offsets().get(partition))));
    }
    return views;
  }

  private Reply queue(Group group, Moment now) {
    RunningQueue queue = state.queues().find(group.name());
    Map<Long, Integer> locked = new HashMap<>();
    TreeSet<PartitionId> partitions = partitionsOf(group);
    List<ConsumerState> consumers = new ArrayList<>();
    if (queue != null) {
      queue.partitions().values().forEach(each -> each.window().countLocked(locked));
      partitions.addAll(queue.partitions().keySet());
      consumers.addAll(queue.consumers());
      consumers.sort(Comparator.comparing(ConsumerState::id));
    }
    return new Reply.QueueDescription(
        group.name(),
        group.settings(),
        consumers.stream()
            .map(each -> view(each, locked.getOrDefault(each.number(), 0), now))
            .toList(),
        partitions.stream().map(each -> view(group, each)).toList());
  }

  /** All partitions of the topics that a queue has had open. */
  private TreeSet<PartitionId> partitionsOf(Group queue) {
    TreeSet<PartitionId> partitions = new TreeSet<>(queue.progress().keySet());
    Set<UUID> topics = new HashSet<>();
    partitions.forEach(each -> topics.add(each.topicId()));
    for (UUID topic : topics) {
      int count = state.topics().served(topic).map(GroupTopic::partitions).orElse(0);
      for (int number = 0; number < count; number++) {
        partitions.add(new PartitionId(topic, number));
      }
    }
    return partitions;
  }

  private QueuePartitionView view(Group queue, PartitionId partition) {
    return state
        .queues()
        .view(queue, partition)
        .orElseGet(() -> StoredQueuePartition.view(partition, QueueProgress.at(0)));
  }

  private static QueueConsumerView view(ConsumerState consumer, int locked, Moment now) {
    return new QueueConsumerView(
        new ConsumerSession(consumer.id(), consumer.opening()),
        consumer.topic(),
        consumer.clientId(),
        consumer.host(),
        locked,
        now.monotonicMicros() - consumer.openedAt(),
        now.monotonicMicros() - consumer.progressAt(),
        consumer.isAway());
  }
}
