package io.millrace.group;

import io.millrace.group.Command.NewOffset;
import io.millrace.group.Command.Position;
import io.millrace.group.GroupRecord.EpochFloor;
import io.millrace.group.GroupRecord.GroupRemoved;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.OffsetSet;
import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.Reply.Outcome;
import io.millrace.group.Reply.PartitionOffset;
import io.millrace.group.queue.QueueProgress;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Decisions on committed positions, and on groups without members. */
final class OffsetDecisions {

  private static final int UNKNOWN_LEADER_EPOCH = -1;

  private final GroupState state;
  private final MemberDecisions members;
  private final PartitionEnds ends;

  OffsetDecisions(GroupState state, MemberDecisions members, PartitionEnds ends) {
    this.state = state;
    this.members = members;
    this.ends = ends;
  }

  Decision commit(Command.Commit commit, Moment now) {
    GroupInputs.groupName(commit.group());
    GroupInputs.partitions(commit.positions().size());
    Group group = state.store().find(commit.group());
    state.requireNative(group);
    Member member = commit.member().isEmpty() ? null : committer(commit);
    if (member == null) {
      requireAlone(commit, group);
    }
    Map<PartitionId, CommittedOffset> changes = new HashMap<>();
    List<GroupRecord> records = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>(commit.positions().size());
    long moreBytes = 0;
    for (Position position : commit.positions()) {
      PartitionId partition = position.partition();
      CommittedOffset before =
          changes.getOrDefault(partition, group == null ? null : group.offsets().get(partition));
      Optional<Outcome> refusal = refusal(commit, member, position, before);
      if (refusal.isPresent()) {
        outcomes.add(refusal.get());
        continue;
      }
      CommittedOffset committed =
          new CommittedOffset(
              position.offset(), position.leaderEpoch(), position.metadata(), now.epochMicros());
      if (!committed.sameAs(before)) {
        changes.put(partition, committed);
        records.add(new OffsetSet(commit.group(), partition, committed));
        moreBytes += GroupBytes.of(committed) - (before == null ? 0 : GroupBytes.of(before));
      }
      outcomes.add(done(partition, changes.getOrDefault(partition, before)));
    }
    if (group == null && !records.isEmpty()) {
      records.add(0, created(commit.group(), now));
      moreBytes += GroupBytes.ofGroup(commit.group(), "");
    }
    state.requireMemory(commit.group(), moreBytes);
    return Decision.of(records, new Reply.Committed(outcomes));
  }

  Decision fetch(Command.FetchOffsets fetch) {
    Group group = state.require(fetch.group());
    state.requireNative(group);
    GroupInputs.partitions(fetch.partitions().size());
    Collection<PartitionId> partitions =
        fetch.partitions().isEmpty()
            ? group.offsets().keySet().stream().sorted().toList()
            : fetch.partitions();
    List<PartitionOffset> offsets = new ArrayList<>(partitions.size());
    for (PartitionId partition : partitions) {
      CommittedOffset committed = group.offsets().get(partition);
      if (committed != null) {
        offsets.add(new PartitionOffset(partition, committed));
      }
    }
    return Decision.of(new Reply.Offsets(offsets));
  }

  Decision reset(Command.Reset reset, Moment now) {
    Group group = state.require(reset.group());
    GroupInputs.partitions(reset.offsets().size());
    state.requireNoMembers(group, "a reset");
    if (group.isQueue()) {
      return resetQueue(group, reset, now);
    }
    List<GroupRecord> records = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    long moreBytes = 0;
    for (NewOffset wanted : reset.offsets()) {
      CommittedOffset before = group.offsets().get(wanted.partition());
      CommittedOffset after = null;
      if (wanted.offset() != NewOffset.NONE) {
        requireKnown(wanted);
        after = new CommittedOffset(wanted.offset(), UNKNOWN_LEADER_EPOCH, "", now.epochMicros());
        records.add(new OffsetSet(reset.group(), wanted.partition(), after));
        moreBytes += before == null ? GroupBytes.of(after) : 0;
      } else if (before != null) {
        records.add(new OffsetRemoved(reset.group(), wanted.partition()));
      }
      outcomes.add(done(wanted.partition(), after));
    }
    state.requireMemory(reset.group(), moreBytes);
    return Decision.of(reset.dryRun() ? List.of() : records, new Reply.Committed(outcomes));
  }

  private Decision resetQueue(Group group, Command.Reset reset, Moment now) {
    List<GroupRecord> records = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    List<PartitionId> partitions = new ArrayList<>();
    long moreBytes = 0;
    for (NewOffset wanted : reset.offsets()) {
      PartitionId partition = wanted.partition();
      CommittedOffset after = null;
      if (wanted.offset() != NewOffset.NONE) {
        requireKnown(wanted);
        after = new CommittedOffset(wanted.offset(), UNKNOWN_LEADER_EPOCH, "", now.epochMicros());
        QueueProgress progress = QueueProgress.at(wanted.offset());
        records.add(new QueueProgressSet(reset.group(), partition, progress));
        moreBytes += group.progress().containsKey(partition) ? 0 : GroupBytes.of(progress);
      } else if (group.progress().containsKey(partition)) {
        records.add(new QueueProgressRemoved(reset.group(), partition));
      }
      partitions.add(partition);
      outcomes.add(done(partition, after));
    }
    state.requireMemory(reset.group(), moreBytes);
    Reply reply = new Reply.Committed(outcomes);
    return reset.dryRun()
        ? Decision.of(reply)
        : new Decision(
            records, reply, List.of(), List.of(new Effect.QueueDropped(reset.group(), partitions)));
  }

  Decision configure(Command.Configure configure) {
    Group group = state.require(configure.group());
    state.requireNative(group);
    GroupInputs.range("offset retention", configure.offsetRetentionMicros(), 0, Long.MAX_VALUE / 2);
    GroupSet head = group.head();
    if (head.offsetRetentionMicros() == configure.offsetRetentionMicros()) {
      return Decision.of(new Reply.Done());
    }
    return Decision.of(
        List.of(
            new GroupSet(
                head.group(),
                head.kind(),
                head.epoch(),
                head.assignor(),
                configure.offsetRetentionMicros(),
                head.emptySinceMicros(),
                head.lastMember())),
        new Reply.Done());
  }

  Decision delete(Command.Delete delete) {
    Group group = state.require(delete.group());
    state.requireNoMembers(group, "a deletion");
    RunningQueue queue = state.queues().find(delete.group());
    List<Effect> effects =
        queue == null
            ? List.of()
            : List.of(
                new Effect.QueueDropped(delete.group(), List.copyOf(queue.partitions().keySet())));
    return new Decision(
        List.of(
            new EpochFloor(Math.max(state.store().epochFloor(), group.head().epoch())),
            new GroupRemoved(delete.group())),
        new Reply.Done(),
        List.of(),
        effects);
  }

  /** The member that commits; refuses one that is gone or of another epoch, naming the owner. */
  private Member committer(Command.Commit commit) {
    try {
      Member member = members.member(commit.group(), commit.member(), "");
      members.requireEpoch(commit.group(), member, commit.epoch());
      return member;
    } catch (RefusedException refused) {
      if (commit.positions().isEmpty()) {
        throw refused;
      }
      Reply.Refusal refusal = refused.reply();
      throw new RefusedException(
          refusal.error(),
          refusal.message()
              + "; "
              + state.showOwner(commit.group(), commit.positions().get(0).partition()));
    }
  }

  private void requireAlone(Command.Commit commit, Group group) {
    if (commit.epoch() != Command.Commit.NO_MEMBER_EPOCH) {
      throw GroupInputs.invalid(
          "a commit without a member has epoch "
              + commit.epoch()
              + "; send "
              + Command.Commit.NO_MEMBER_EPOCH
              + ", or the id of the member");
    }
    if (group == null) {
      state.requireRoomForGroup(commit.group());
    } else {
      state.requireNoMembers(group, "a commit without a member");
    }
  }

  private Optional<Outcome> refusal(
      Command.Commit commit, Member member, Position position, CommittedOffset before) {
    PartitionId partition = position.partition();
    try {
      requireKnown(new NewOffset(partition, position.offset()));
      GroupInputs.metadata(position.metadata());
    } catch (RefusedException e) {
      Reply.Refusal refusal = e.reply();
      return Optional.of(
          new Outcome(
              partition, refusal.error(), refusal.message(), Optional.ofNullable(before), ""));
    }
    if (member != null && !member.ownsSince(commit.epoch(), partition)) {
      return Optional.of(notOwned(commit, partition, before));
    }
    if (before != null && before.offset() > position.offset()) {
      return Optional.of(
          new Outcome(
              partition,
              ErrorCode.OFFSET_BEHIND,
              "the group has committed offset "
                  + before.offset()
                  + " of "
                  + state.topics().show(partition)
                  + ", the request has "
                  + position.offset()
                  + "; reset the group to go back",
              Optional.of(before),
              ""));
    }
    return Optional.empty();
  }

  private Outcome notOwned(Command.Commit commit, PartitionId partition, CommittedOffset before) {
    String owner = state.store().find(commit.group()).holder(partition).map(Member::id).orElse("");
    return new Outcome(
        partition,
        ErrorCode.STALE_MEMBER,
        "member "
            + Quoted.text(commit.member())
            + " did not own it at epoch "
            + commit.epoch()
            + ": "
            + state.showOwner(commit.group(), partition)
            + "; drop the partition",
        Optional.ofNullable(before),
        owner);
  }

  /** Refuses what cannot be a position. */
  private void requireKnown(NewOffset wanted) {
    PartitionId partition = wanted.partition();
    if (wanted.offset() < 0) {
      throw GroupInputs.invalid("offset " + wanted.offset() + " is below 0");
    }
    state.requirePartition(partition);
    long end = ends.of(partition);
    if (wanted.offset() > end) {
      throw new RefusedException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "offset "
              + wanted.offset()
              + " of "
              + state.topics().show(partition)
              + " is after the end of the log, "
              + end
              + ", which is the largest position");
    }
  }

  private GroupSet created(String group, Moment now) {
    return new GroupSet(
        group,
        GroupType.NATIVE,
        state.store().epochFloor() + 1,
        Assignor.BALANCED,
        0,
        Math.max(1, now.epochMicros()),
        "");
  }

  private static Outcome done(PartitionId partition, CommittedOffset committed) {
    return new Outcome(partition, ErrorCode.NONE, "", Optional.ofNullable(committed), "");
  }
}
