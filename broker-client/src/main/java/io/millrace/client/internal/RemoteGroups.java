package io.millrace.client.internal;

import io.millrace.client.GroupDetails;
import io.millrace.client.GroupListing;
import io.millrace.client.GroupReset;
import io.millrace.client.MillraceException;
import io.millrace.client.PositionChange;
import io.millrace.client.QueueDetails;
import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.BlockingCalls;
import io.millrace.client.internal.connection.ReconnectingLink;
import io.millrace.client.internal.queue.SettingsConversion;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CommittedPosition;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupKind;
import io.millrace.protocol.wire.GroupMemberInfo;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSummary;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.ListTopicsRequest;
import io.millrace.protocol.wire.ListTopicsResponse;
import io.millrace.protocol.wire.NewOffset;
import io.millrace.protocol.wire.OffsetForTimeRequest;
import io.millrace.protocol.wire.OffsetForTimeResponse;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.PartitionInfo;
import io.millrace.protocol.wire.QueueConsumerInfo;
import io.millrace.protocol.wire.QueueInfo;
import io.millrace.protocol.wire.QueuePartitionInfo;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.ResetOffsetsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.protocol.wire.TopicPartition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Sends requests about groups to the broker, and converts the responses to values of the API. Any
 * thread.
 */
final class RemoteGroups {

  private static final double MILLI = 1000;

  private final ReconnectingLink link;
  private final BlockingCalls calls;

  RemoteGroups(ReconnectingLink link, BlockingCalls calls) {
    this.link = link;
    this.calls = calls;
  }

  List<GroupListing> list() {
    link.requireSupported(Api.LIST_GROUPS);
    return calls.request(new ListGroupsRequest(), true, ListGroupsResponse.class).groups().stream()
        .map(RemoteGroups::describe)
        .toList();
  }

  GroupDetails describe(String group) {
    link.requireSupported(Api.DESCRIBE_GROUP);
    DescribeGroupResponse found =
        calls.request(new DescribeGroupRequest(group), true, DescribeGroupResponse.class);
    return new GroupDetails(
        group,
        found.epoch(),
        found.assignor() == GroupAssignor.SINGLE_ACTIVE,
        positive(found.offsetRetentionMicros()),
        instant(found.emptySinceMicros()),
        text(found.lastMember()),
        found.members().stream().map(RemoteGroups::describe).toList(),
        found.partitions().stream().map(RemoteGroups::describe).toList(),
        found.queue().stream().findFirst().map(queue -> describe(queue, topicNames())));
  }

  /** The names of all topics, by their ids. */
  private Map<UUID, String> topicNames() {
    return calls.request(new ListTopicsRequest(), true, ListTopicsResponse.class).topics().stream()
        .collect(Collectors.toMap(TopicInfo::id, TopicInfo::name));
  }

  List<PositionChange> reset(String group, GroupReset reset, boolean dryRun) {
    link.requireSupported(Api.RESET_OFFSETS);
    TopicInfo topic = calls.findTopic(reset.topic());
    List<NewOffset> offsets = new ArrayList<>();
    for (PartitionInfo partition : selected(topic, reset)) {
      offsets.add(
          new NewOffset(topic.id(), partition.partition(), offset(topic, partition, reset.to())));
    }
    Map<Integer, Long> before = before(group, topic, offsets);
    List<OffsetOutcome> outcomes =
        calls
            .request(
                new ResetOffsetsRequest(group, offsets, dryRun), true, ResetOffsetsResponse.class)
            .outcomes();
    outcomes.stream()
        .filter(each -> each.error() != ErrorCode.NONE)
        .findFirst()
        .ifPresent(
            refusal -> {
              throw new MillraceException(
                  refusal.error(), "partition " + refusal.partition() + ": " + refusal.message());
            });
    return offsets.stream()
        .map(
            each ->
                new PositionChange(
                    each.partition(),
                    before.containsKey(each.partition())
                        ? OptionalLong.of(before.get(each.partition()))
                        : OptionalLong.empty(),
                    each.offset()))
        .toList();
  }

  void configure(String group, Duration offsetRetention) {
    link.requireSupported(Api.CONFIGURE_GROUP);
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.EPOCH.plus(offsetRetention));
    calls.request(new ConfigureGroupRequest(group, micros), true, Response.class);
  }

  void delete(String group) {
    link.requireSupported(Api.DELETE_GROUP);
    calls.request(new DeleteGroupRequest(group), false, Response.class);
  }

  private static List<PartitionInfo> selected(TopicInfo topic, GroupReset reset) {
    int count = topic.partitions().size();
    for (int partition : reset.partitions()) {
      if (partition < 0 || partition >= count) {
        throw new MillraceException(
            ErrorCode.UNKNOWN_PARTITION,
            "topic '"
                + topic.name()
                + "' has partitions 0 to "
                + (count - 1)
                + ", not "
                + partition);
      }
    }
    return topic.partitions().stream()
        .filter(
            each -> reset.partitions().isEmpty() || reset.partitions().contains(each.partition()))
        .toList();
  }

  private long offset(TopicInfo topic, PartitionInfo partition, StartPosition to) {
    if (to instanceof StartPosition.Earliest) {
      return partition.start();
    } else if (to instanceof StartPosition.Latest) {
      return partition.durable();
    } else if (to instanceof StartPosition.Timestamp time) {
      OffsetForTimeRequest request =
          new OffsetForTimeRequest(
              topic.id(),
              partition.partition(),
              EpochMicros.of(time.timestamp()),
              IsolationLevel.DURABLE);
      return calls.request(request, true, OffsetForTimeResponse.class).offset();
    }
    long offset = ((StartPosition.Offset) to).offset();
    if (offset < partition.start() || offset > partition.durable()) {
      throw new MillraceException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "partition "
              + partition.partition()
              + " of topic '"
              + topic.name()
              + "' has the durable offsets "
              + partition.start()
              + " to "
              + partition.durable()
              + ", not "
              + offset
              + "; no position was changed");
    }
    return offset;
  }

  /** The positions of a group, or the starts of a queue. */
  private Map<Integer, Long> before(String group, TopicInfo topic, List<NewOffset> offsets) {
    try {
      return positions(group, offsets);
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.INCONSISTENT_GROUP) {
        throw e;
      }
      return describe(group).queue().stream()
          .flatMap(queue -> queue.partitions().stream())
          .filter(each -> each.topic().equals(topic.name()))
          .collect(
              Collectors.toMap(QueueDetails.Partition::partition, QueueDetails.Partition::start));
    }
  }

  private Map<Integer, Long> positions(String group, List<NewOffset> offsets) {
    FetchOffsetsRequest request =
        new FetchOffsetsRequest(
            group,
            offsets.stream()
                .map(each -> new TopicPartition(each.topicId(), each.partition()))
                .toList());
    return calls.request(request, true, FetchOffsetsResponse.class).positions().stream()
        .collect(Collectors.toMap(CommittedPosition::partition, CommittedPosition::offset));
  }

  private static GroupListing describe(GroupSummary group) {
    return new GroupListing(
        group.group(),
        group.assignor() == GroupAssignor.SINGLE_ACTIVE,
        group.members(),
        group.partitions(),
        instant(group.emptySinceMicros()),
        group.lagEvents() < 0 ? OptionalLong.empty() : OptionalLong.of(group.lagEvents()),
        notNegative(group.lagMicros()),
        group.reason(),
        group.kind() == GroupKind.QUEUE);
  }

  private static GroupDetails.Member describe(GroupMemberInfo member) {
    return new GroupDetails.Member(
        member.member(),
        text(member.staticName()),
        member.clientId(),
        member.host(),
        micros(member.sessionTimeoutMicros()),
        positive(member.maxProcessingMicros()),
        member.subscription().topics(),
        text(member.subscription().pattern()),
        switch (member.state()) {
          case STABLE -> GroupDetails.MemberState.STABLE;
          case RELEASING -> GroupDetails.MemberState.RELEASING;
          case WAITING -> GroupDetails.MemberState.WAITING;
        },
        member.assigned(),
        member.releasing(),
        member.target(),
        micros(member.sinceBeatMicros()),
        member.away(),
        notNegative(member.sinceProgressMicros()),
        member.handedOut());
  }

  private static GroupDetails.Partition describe(GroupPartitionInfo partition) {
    return new GroupDetails.Partition(
        partition.topic(),
        partition.partition(),
        text(partition.owner()),
        text(partition.next()),
        partition.committed() < 0 ? OptionalLong.empty() : OptionalLong.of(partition.committed()),
        instant(partition.committedAtMicros()),
        partition.start(),
        partition.end(),
        new GroupDetails.Lag(
            partition.lagEvents(),
            micros(partition.lagMicros()),
            partition.milliEventsIn() / MILLI,
            partition.milliEventsOut() / MILLI,
            notNegative(partition.catchUpMicros()),
            partition.reason(),
            partition.reasonText()));
  }

  private static QueueDetails describe(QueueInfo queue, Map<UUID, String> topics) {
    return new QueueDetails(
        SettingsConversion.fromWire(queue.settings()),
        queue.consumers().stream().map(each -> describe(each, topics)).toList(),
        queue.partitions().stream().map(each -> describe(each, topics)).toList());
  }

  private static QueueDetails.Consumer describe(
      QueueConsumerInfo consumer, Map<UUID, String> topics) {
    return new QueueDetails.Consumer(
        consumer.session(),
        consumer.clientId(),
        consumer.host(),
        name(consumer.topicId(), topics),
        consumer.locked(),
        micros(consumer.openMicros()),
        micros(consumer.sinceProgressMicros()),
        consumer.away());
  }

  private static QueueDetails.Partition describe(
      QueuePartitionInfo partition, Map<UUID, String> topics) {
    return new QueueDetails.Partition(
        name(partition.topicId(), topics),
        partition.partition(),
        partition.start(),
        partition.next(),
        partition.available(),
        partition.locked(),
        partition.waiting(),
        partition.deadLetters(),
        partition.failedAttempts(),
        partition.deadLettered(),
        partition.failing(),
        partition.problem());
  }

  private static String name(UUID topic, Map<UUID, String> topics) {
    return topics.getOrDefault(topic, topic.toString());
  }

  private static Optional<String> text(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static Optional<Instant> instant(long micros) {
    return micros == 0 ? Optional.empty() : Optional.of(EpochMicros.toInstant(micros));
  }

  private static Optional<Duration> positive(long micros) {
    return micros <= 0 ? Optional.empty() : Optional.of(micros(micros));
  }

  private static Optional<Duration> notNegative(long micros) {
    return micros < 0 ? Optional.empty() : Optional.of(micros(micros));
  }

  private static Duration micros(long micros) {
    return Duration.of(micros, ChronoUnit.MICROS);
  }
}
