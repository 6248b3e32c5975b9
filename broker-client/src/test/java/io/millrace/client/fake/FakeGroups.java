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
import io.millrace.protocol.wire.CommitOffsetsRequest;
import io.millrace.protocol.wire.CommitOffsetsResponse;
import io.millrace.protocol.wire.CommittedPosition;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FetchOffsetsRequest;
import io.millrace.protocol.wire.FetchOffsetsResponse;
import io.millrace.protocol.wire.GroupAssignment;
import io.millrace.protocol.wire.GroupAssignor;
import io.millrace.protocol.wire.GroupBeatRequest;
import io.millrace.protocol.wire.GroupBeatResponse;
import io.millrace.protocol.wire.GroupChangedPush;
import io.millrace.protocol.wire.GroupMemberState;
import io.millrace.protocol.wire.JoinGroupRequest;
import io.millrace.protocol.wire.JoinGroupResponse;
import io.millrace.protocol.wire.LeaveGroupRequest;
import io.millrace.protocol.wire.NamedTopic;
import io.millrace.protocol.wire.OffsetOutcome;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SubscribeRequest;
import io.millrace.protocol.wire.TopicPartition;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The groups of a fake broker: the broker's state machine, without a log. Guarded by its monitor.
 */
final class FakeGroups {

  private final GroupMachine machine = new GroupMachine(GroupLimits.DEFAULT);
  private final Map<String, FakeSession> sessions = new HashMap<>();
  private Map<UUID, GroupTopic> topics = Map.of();

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
    return null;
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

  private static Moment now() {
    return new Moment(System.nanoTime() / 1000, System.currentTimeMillis() * 1000);
  }
}
