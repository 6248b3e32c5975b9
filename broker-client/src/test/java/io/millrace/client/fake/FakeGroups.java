package io.millrace.client.fake;

import io.millrace.group.Assignor;
import io.millrace.group.Command;
import io.millrace.group.CommittedOffset;
import io.millrace.group.Decision;
import io.millrace.group.GroupLimits;
import io.millrace.group.GroupMachine;
import io.millrace.group.GroupTopic;
import io.millrace.group.KnownTopics;
import io.millrace.group.MemberSettings;
import io.millrace.group.MemberSubscription;
import io.millrace.group.Moment;
import io.millrace.group.Notice;
import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.CommittedPosition;
import io.millrace.protocol.wire.ConfigureGroupRequest;
import io.millrace.protocol.wire.DeleteGroupRequest;
import io.millrace.protocol.wire.DescribeGroupRequest;
import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupMemberInfo;
import io.millrace.protocol.wire.GroupMemberState;
import io.millrace.protocol.wire.GroupPartitionInfo;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.GroupSummary;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.ListGroupsRequest;
import io.millrace.protocol.wire.ListGroupsResponse;
import io.millrace.protocol.wire.NamedTopic;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.ResetOffsetsRequest;
import io.millrace.protocol.wire.ResetOffsetsResponse;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TopicPartition;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The groups of a fake broker: the broker's state machine, without a log. Guarded by its monitor.
 */
final class FakeGroups {

  private final GroupMachine machine = new GroupMachine(GroupLimits.DEFAULT);
  private final Map<String, FakeSession> sessions = new HashMap<>();
  private Map<UUID, GroupTopic> topics = Map.of();

  /** The time of the groups, if a test passes it; null while it is the time of the machine. */
  private Moment stopped;

  FakeGroups() {
    machine.open(new KnownTopics(List.of(), Set.of()), now());
  }

  void topics(Collection<GroupTopic> all) {
    topics = all.stream().collect(Collectors.toMap(GroupTopic::id, each -> each));
    decide(new Command.TopicsChanged(new KnownTopics(all, Set.of())));
    tick();
  }

  /** Ends the sessions whose time has passed. */
  void tick() {
    while (machine.nextDeadlineMicros() <= now().monotonicMicros()) {
      decide(new Command.Tick());
    }
  }

  boolean owns(SubscribeRequest subscribe) {
    return machine.owns(
        subscribe.group(),
        subscribe.member(),
        subscribe.memberEpoch(),
        new PartitionId(subscribe.topicId(), subscribe.partition()));
  }

  /** Answers a request of a member; null if it is another request. */
  Response execute(FakeSession session, Request request) {
    tick();
    if (request instanceof JoinGroupRequest join) {
      sessions.put(join.member(), session);
      Reply reply = decide(command(join));
      tick();
      return reply instanceof Reply.Assignment assignment
          ? new JoinGroupResponse(wire(assignment))
          : refusal(reply);
    } else if (request instanceof GroupBeatRequest beat) {
      sessions.put(beat.member(), session);
      Reply reply = decide(command(beat));
      tick();
      return reply instanceof Reply.Assignment assignment
          ? new GroupBeatResponse(wire(assignment))
          : refusal(reply);
    } else if (request instanceof LeaveGroupRequest leave) {
      Reply reply =
          decide(new Command.Leave(leave.group(), leave.member(), leave.epoch(), leave.comeBack()));
      tick();
      return reply instanceof Reply.Done ? new EmptyResponse() : refusal(reply);
    } else if (request instanceof CommitOffsetsRequest commit) {
      Reply reply = decide(command(commit));
      return reply instanceof Reply.Committed committed
          ? new CommitOffsetsResponse(committed.outcomes().stream().map(FakeGroups::wire).toList())
          : refusal(reply);
    } else if (request instanceof FetchOffsetsRequest fetch) {
      Reply reply = decide(new Command.FetchOffsets(fetch.group(), ids(fetch.partitions())));
      return reply instanceof Reply.Offsets offsets
          ? new FetchOffsetsResponse(offsets.offsets().stream().map(FakeGroups::wire).toList())
          : refusal(reply);
    }
    return administer(request);
  }

  private Response administer(Request request) {
    if (request instanceof ListGroupsRequest) {
      return new ListGroupsResponse(
          ((Reply.Groups) decide(new Command.ListGroups()))
              .groups().stream().map(FakeGroups::wire).toList());
    } else if (request instanceof DescribeGroupRequest describe) {
      Reply reply = decide(new Command.Describe(describe.group()));
      return reply instanceof Reply.Description found ? wire(found) : refusal(reply);
    } else if (request instanceof ResetOffsetsRequest reset) {
      List<Command.NewOffset> offsets =
          reset.offsets().stream()
              .map(
                  each ->
                      new Command.NewOffset(
                          new PartitionId(each.topicId(), each.partition()), each.offset()))
              .toList();
      Reply reply = decide(new Command.Reset(reset.group(), offsets, reset.dryRun()));
      return reply instanceof Reply.Committed committed
          ? new ResetOffsetsResponse(committed.outcomes().stream().map(FakeGroups::wire).toList())
          : refusal(reply);
    } else if (request instanceof ConfigureGroupRequest configure) {
      return done(
          decide(new Command.Configure(configure.group(), configure.offsetRetentionMicros())));
    } else if (request instanceof DeleteGroupRequest delete) {
      return done(decide(new Command.Delete(delete.group())));
    }
    return null;
  }

  private static Response done(Reply reply) {
    return reply instanceof Reply.Done ? new EmptyResponse() : refusal(reply);
  }

  private static GroupSummary wire(Reply.Summary group) {
    return new GroupSummary(
        group.group(),
        GroupAssignor.ofCode(group.assignor().code()),
        group.members(),
        group.offsets(),
        group.emptySinceMicros(),
        -1,
        -1,
        LagReason.OK);
  }

  /** Without lag, which the state machine does not know. */
  private DescribeGroupResponse wire(Reply.Description group) {
    return new DescribeGroupResponse(
        group.epoch(),
        GroupAssignor.ofCode(group.assignor().code()),
        group.offsetRetentionMicros(),
        group.emptySinceMicros(),
        group.lastMember(),
        group.members().stream().map(FakeGroups::wire).toList(),
        group.partitions().stream().map(this::wire).toList());
  }

  private static GroupMemberInfo wire(Reply.MemberView member) {
    return new GroupMemberInfo(
        member.member(),
        member.settings().staticName(),
        member.settings().clientId(),
        member.settings().host(),
        member.settings().sessionTimeoutMicros(),
        member.settings().maxProcessingMicros(),
        new GroupSubscription(
            member.subscription().version(),
            member.subscription().topics(),
            member.subscription().pattern()),
        GroupMemberState.valueOf(member.state().name()),
        member.epoch(),
        member.assigned().size(),
        member.releasing().size(),
        member.target().size(),
        member.sinceBeatMicros(),
        member.away(),
        member.sinceProgressMicros(),
        member.handedOut());
  }

  private GroupPartitionInfo wire(Reply.PartitionView view) {
    return new GroupPartitionInfo(
        topics.get(view.partition().topicId()).name(),
        view.partition().topicId(),
        view.partition().partition(),
        view.owner(),
        view.next(),
        view.committed().map(CommittedOffset::offset).orElse(-1L),
        "",
        view.committed().map(CommittedOffset::committedAtMicros).orElse(0L),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        LagReason.OK,
        "");
  }

  private Reply decide(Command command) {
    Decision decision = machine.decide(command, now());
    machine.stage(decision);
    machine.confirm(decision);
    decision.notices().forEach(this::push);
    return decision.reply();
  }

  private void push(Notice notice) {
    FakeSession session = sessions.get(notice.member());
    if (session == null || session.isCut()) {
      return;
    }
    if (notice.news() instanceof Reply.Assignment assignment) {
      session.push(
          1,
          new GroupChangedPush(
              notice.group(), notice.member(), ErrorCode.NONE, "", wire(assignment)));
    } else if (notice.news() instanceof Reply.Refusal refusal) {
      session.push(
          1,
          new GroupChangedPush(
              notice.group(),
              notice.member(),
              refusal.error(),
              refusal.message(),
              GroupAssignment.NONE));
    }
  }

  private static Command command(JoinGroupRequest join) {
    return new Command.Join(
        join.group(),
        join.member(),
        new MemberSettings(
            join.staticName(),
            "test",
            "127.0.0.1",
            join.sessionTimeoutMicros(),
            join.maxProcessingMicros()),
        new MemberSubscription(
            join.subscription().version(),
            join.subscription().topics(),
            join.subscription().pattern()),
        join.assignor() == GroupAssignor.AS_THE_GROUP
            ? Optional.empty()
            : Optional.of(Assignor.ofCode(join.assignor().code())));
  }

  private static Command command(GroupBeatRequest beat) {
    return new Command.Beat(
        beat.group(),
        beat.member(),
        beat.epoch(),
        Set.copyOf(ids(beat.owned())),
        beat.progressSinceMicros() < 0
            ? Optional.empty()
            : Optional.of(new Command.Progress(beat.progressSinceMicros(), beat.handedOut())),
        Optional.empty(),
        beat.staticName());
  }

  private static Command command(CommitOffsetsRequest commit) {
    return new Command.Commit(
        commit.group(),
        commit.member(),
        commit.epoch(),
        commit.offsets().stream()
            .map(
                each ->
                    new Command.Position(
                        new PartitionId(each.topicId(), each.partition()),
                        each.offset(),
                        each.leaderEpoch(),
                        each.metadata()))
            .toList());
  }

  private static List<PartitionId> ids(List<TopicPartition> partitions) {
    return partitions.stream()
        .map(each -> new PartitionId(each.topicId(), each.partition()))
        .toList();
  }

  private GroupAssignment wire(Reply.Assignment assignment) {
    List<NamedTopic> names =
        topics.values().stream().map(each -> new NamedTopic(each.id(), each.name())).toList();
    return new GroupAssignment(
        assignment.epoch(),
        GroupMemberState.valueOf(assignment.state().name()),
        wire(assignment.assigned()),
        wire(assignment.releasing()),
        names,
        assignment.subscriptionVersion(),
        assignment.beatIntervalMicros());
  }

  private static List<TopicPartition> wire(Set<PartitionId> partitions) {
    return partitions.stream()
        .map(each -> new TopicPartition(each.topicId(), each.partition()))
        .toList();
  }

  private static OffsetOutcome wire(Reply.Outcome outcome) {
    return new OffsetOutcome(
        outcome.partition().topicId(),
        outcome.partition().partition(),
        outcome.error(),
        outcome.message(),
        outcome.committed().map(CommittedOffset::offset).orElse(-1L),
        outcome.owner());
  }

  private static CommittedPosition wire(Reply.PartitionOffset offset) {
    return new CommittedPosition(
        offset.partition().topicId(),
        offset.partition().partition(),
        offset.committed().offset(),
        offset.committed().leaderEpoch(),
        offset.committed().metadata(),
        offset.committed().committedAtMicros());
  }

  private static Response refusal(Reply reply) {
    Reply.Refusal refusal = (Reply.Refusal) reply;
    return new ErrorResponse(refusal.error(), refusal.message());
  }

  /** From now on, time passes only by {@link #pass}. */
  void stopClock() {
    stopped = now();
  }

  /** Lets time pass on the stopped clock. */
  void pass(Duration time) {
    long micros = TimeUnit.NANOSECONDS.toMicros(time.toNanos());
    stopped = new Moment(stopped.monotonicMicros() + micros, stopped.epochMicros() + micros);
  }

  private Moment now() {
    return stopped != null
        ? stopped
        : new Moment(System.nanoTime() / 1000, System.currentTimeMillis() * 1000);
  }
}
