package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.core.GroupCoordinator;
import io.millrace.core.GroupDescription;
import io.millrace.core.GroupLag;
import io.millrace.core.GroupLagSum;
import io.millrace.core.QueueDescription;
import io.millrace.group.CommittedOffset;
import io.millrace.group.GroupType;
import io.millrace.group.Reply;
import io.millrace.group.ShownId;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.GroupKind;
import io.millrace.protocol.wire.GroupMemberInfo;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSummary;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.QueueInfo;
import io.millrace.security.Operation;
import io.millrace.security.Resource;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** DESCRIBE_GROUP and LIST_GROUPS. */
final class GroupReportHandler {

  /** The longest wait of a list for the lags; those that are not known then are left out. */
  private static final int LAG_SECONDS = 2;

  private static final long UNKNOWN = -1;

  private final Broker broker;
  private final Authorizer authorizer;

  GroupReportHandler(Broker broker, Authorizer authorizer) {
    this.broker = broker;
    this.authorizer = authorizer;
  }

  void describe(DescribeGroupRequest request, PendingRequest pending) {
    pending.answerWhenDone(
        broker.groups().describe(request.group()).thenApply(GroupReportHandler::answer));
  }

  /** Answers with the groups that the session may describe. */
  void list(ListGroupsRequest request, PendingRequest pending) {
    GroupCoordinator groups = broker.groups();
    Session session = pending.session();
    pending.answerWhenDone(
        groups
            .list()
            .thenCombine(
                groups.refreshLags().completeOnTimeout(null, LAG_SECONDS, TimeUnit.SECONDS),
                (list, refreshed) ->
                    new ListGroupsResponse(
                        list.groups().stream()
                            .filter(group -> mayDescribe(session, group.group()))
                            .map(group -> summary(group, groups.lagOf(group.group())))
                            .toList())));
  }

  private boolean mayDescribe(Session session, String group) {
    return authorizer.allows(session, Operation.DESCRIBE, Resource.group(group));
  }

  private static GroupSummary summary(Reply.Summary group, Optional<GroupLagSum> lag) {
    return new GroupSummary(
        group.group(),
        GroupWire.assignor(group.assignor()),
        group.members(),
        group.offsets(),
        group.emptySinceMicros(),
        lag.map(GroupLagSum::events).orElse(UNKNOWN),
        lag.map(GroupLagSum::micros).orElse(UNKNOWN),
        lag.map(GroupLagSum::reason).orElse(LagReason.OK),
        kind(group.kind()),
        lag.map(GroupLagSum::locked).orElse(0L),
        lag.map(GroupLagSum::waiting).orElse(0L));
  }

  private static DescribeGroupResponse answer(GroupDescription description) {
    Reply.Description group = description.group();
    return new DescribeGroupResponse(
        group.epoch(),
        GroupWire.assignor(group.assignor()),
        group.offsetRetentionMicros(),
        group.emptySinceMicros(),
        group.lastMember(),
        group.members().stream()
            .sorted(Comparator.comparing(Reply.MemberView::member))
            .map(GroupReportHandler::member)
            .toList(),
        description.lags().stream()
            .map(GroupReportHandler::partition)
            .sorted(
                Comparator.comparing(GroupPartitionInfo::topic)
                    .thenComparing(GroupPartitionInfo::partition))
            .toList(),
        description.queue().isPresent() ? GroupKind.QUEUE : GroupKind.MEMBERS,
        description.queue().map(GroupReportHandler::queue).stream().toList());
  }

  private static GroupKind kind(GroupType kind) {
    return switch (kind) {
      case NATIVE -> GroupKind.MEMBERS;
      case SHARED -> GroupKind.QUEUE;
    };
  }

  private static QueueInfo queue(QueueDescription description) {
    Reply.QueueDescription queue = description.queue();
    return new QueueInfo(
        QueueWire.settings(queue.settings()),
        queue.consumers().stream().map(QueueWire::consumer).toList(),
        queue.partitions().stream()
            .map(
                view ->
                    QueueWire.partition(
                        view, description.problems().getOrDefault(view.partition(), "")))
            .toList());
  }

  private static GroupMemberInfo member(Reply.MemberView member) {
    return new GroupMemberInfo(
        ShownId.of(member.member()),
        member.settings().staticName(),
        member.settings().clientId(),
        member.settings().host(),
        member.settings().sessionTimeoutMicros(),
        member.settings().maxProcessingMicros(),
        GroupWire.subscription(member.subscription()),
        GroupWire.state(member.state()),
        member.epoch(),
        member.assigned().size(),
        member.releasing().size(),
        member.target().size(),
        member.sinceBeatMicros(),
        member.away(),
        member.sinceProgressMicros(),
        member.handedOut());
  }

  private static GroupPartitionInfo partition(GroupLag lag) {
    Reply.PartitionView view = lag.view();
    Optional<CommittedOffset> committed = view.committed();
    return new GroupPartitionInfo(
        lag.topic(),
        view.partition().topicId(),
        view.partition().partition(),
        ShownId.of(view.owner()),
        ShownId.of(view.next()),
        committed.map(CommittedOffset::offset).orElse(UNKNOWN),
        committed.map(CommittedOffset::metadata).orElse(""),
        committed.map(CommittedOffset::committedAtMicros).orElse(0L),
        lag.start(),
        lag.end(),
        lag.events(),
        lag.micros(),
        thousandths(lag.eventsIn()),
        thousandths(lag.eventsOut()),
        lag.catchUpMicros(),
        lag.reason(),
        lag.text());
  }

  private static long thousandths(double perSecond) {
    return Math.round(perSecond * 1000);
  }
}
