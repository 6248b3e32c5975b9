package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.group.Assignor;
import io.millrace.group.Command;
import io.millrace.group.CommittedOffset;
import io.millrace.group.MemberState;
import io.millrace.group.MemberSubscription;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.group.ShownId;
import io.millrace.protocol.wire.CommittedPosition;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupMemberState;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.NamedTopic;
import io.millrace.protocol.wire.NewOffset;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.OffsetToCommit;
import io.millrace.protocol.wire.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Translates between the messages of groups and the values of the machine. Any thread. */
final class GroupWire {

  private final Broker broker;

  GroupWire(Broker broker) {
    this.broker = broker;
  }

  GroupAssignment assignment(Reply.Assignment reply) {
    Map<UUID, NamedTopic> topics = new TreeMap<>();
    addNames(reply.assigned(), topics);
    addNames(reply.releasing(), topics);
    return new GroupAssignment(
        reply.epoch(),
        state(reply.state()),
        partitions(reply.assigned()),
        partitions(reply.releasing()),
        List.copyOf(topics.values()),
        reply.subscriptionVersion(),
        reply.beatIntervalMicros());
  }

  private void addNames(Collection<PartitionId> partitions, Map<UUID, NamedTopic> topics) {
    for (PartitionId partition : partitions) {
      UUID id = partition.topicId();
      if (!topics.containsKey(id)) {
        nameOf(id).ifPresent(name -> topics.put(id, new NamedTopic(id, name)));
      }
    }
  }

  /** The name of a topic; empty if it was just deleted. */
  Optional<String> nameOf(UUID topic) {
    try {
      return Optional.of(broker.topic(topic).name());
    } catch (BrokerException e) {
      return Optional.empty();
    }
  }

  private static List<TopicPartition> partitions(Collection<PartitionId> partitions) {
    return partitions.stream()
        .sorted()
        .map(partition -> new TopicPartition(partition.topicId(), partition.partition()))
        .toList();
  }

  static PartitionId partition(TopicPartition partition) {
    return new PartitionId(partition.topicId(), partition.partition());
  }

  static List<PartitionId> partitionIds(List<TopicPartition> partitions) {
    return partitions.stream().map(GroupWire::partition).toList();
  }

  static MemberSubscription subscription(GroupSubscription subscription) {
    return new MemberSubscription(
        subscription.version(), subscription.topics(), subscription.pattern());
  }

  static GroupSubscription subscription(MemberSubscription subscription) {
    return new GroupSubscription(
        subscription.version(), subscription.topics(), subscription.pattern());
  }

  static Optional<Assignor> assignor(GroupAssignor assignor) {
    return switch (assignor) {
      case AS_THE_GROUP -> Optional.empty();
      case BALANCED -> Optional.of(Assignor.BALANCED);
      case SINGLE_ACTIVE -> Optional.of(Assignor.SINGLE_ACTIVE);
    };
  }

  static GroupAssignor assignor(Assignor assignor) {
    return switch (assignor) {
      case BALANCED -> GroupAssignor.BALANCED;
      case SINGLE_ACTIVE -> GroupAssignor.SINGLE_ACTIVE;
    };
  }

  static GroupMemberState state(MemberState state) {
    return switch (state) {
      case STABLE -> GroupMemberState.STABLE;
      case RELEASING -> GroupMemberState.RELEASING;
      case WAITING -> GroupMemberState.WAITING;
    };
  }

  static Command.Position position(OffsetToCommit offset) {
    return new Command.Position(
        new PartitionId(offset.topicId(), offset.partition()),
        offset.offset(),
        offset.leaderEpoch(),
        offset.metadata());
  }

  static Command.NewOffset newOffset(NewOffset offset) {
    return new Command.NewOffset(
        new PartitionId(offset.topicId(), offset.partition()), offset.offset());
  }

  static OffsetOutcome outcome(Reply.Outcome outcome) {
    return new OffsetOutcome(
        outcome.partition().topicId(),
        outcome.partition().partition(),
        outcome.error(),
        outcome.message(),
        outcome.committed().map(CommittedOffset::offset).orElse(-1L),
        ShownId.of(outcome.owner()));
  }

  static CommittedPosition position(Reply.PartitionOffset offset) {
    CommittedOffset committed = offset.committed();
    return new CommittedPosition(
        offset.partition().topicId(),
        offset.partition().partition(),
        committed.offset(),
        committed.leaderEpoch(),
        committed.metadata(),
        committed.committedAtMicros());
  }
}
