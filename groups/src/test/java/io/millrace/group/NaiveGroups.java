package io.millrace.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.EpochFloor;
import io.millrace.group.GroupRecord.GroupRemoved;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.InGroup;
import io.millrace.group.GroupRecord.MemberRemoved;
import io.millrace.group.GroupRecord.MemberSet;
import io.millrace.group.GroupRecord.OfMember;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.OffsetSet;
import io.millrace.group.GroupRecord.TargetSet;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The rules of groups, written down a second time in the most simple way: the newest record of each
 * key, and for every decision the question whether it was allowed. It computes no assignment.
 */
final class NaiveGroups {

  private record Key(String group, String member, PartitionId partition, int type) {}

  /** One member, put together from its records. */
  record Holder(MemberSet set, CurrentSet current) {

    long epoch() {
      return current == null ? set.joinEpoch() : current.epoch();
    }

    Map<PartitionId, Long> held() {
      Map<PartitionId, Long> held = new HashMap<>();
      if (current != null) {
        held.putAll(current.assigned());
        held.putAll(current.releasing());
      }
      return held;
    }

    Set<PartitionId> releasing() {
      return current == null ? Set.of() : current.releasing().keySet();
    }

    Set<PartitionId> assigned() {
      return current == null ? Set.of() : current.assigned().keySet();
    }
  }

  private final Map<Key, GroupRecord> newest = new HashMap<>();

  NaiveGroups copy() {
    NaiveGroups copy = new NaiveGroups();
    copy.newest.putAll(newest);
    return copy;
  }

  void apply(GroupRecord record) {
    if (record instanceof GroupRemoved removed) {
      newest.keySet().removeIf(key -> removed.group().equals(key.group()));
    } else if (record instanceof MemberRemoved removed) {
      newest
          .keySet()
          .removeIf(
              key -> removed.group().equals(key.group()) && removed.member().equals(key.member()));
    } else if (record instanceof OffsetRemoved removed) {
      newest.remove(new Key(removed.group(), null, removed.partition(), 6));
    } else {
      newest.put(key(record), record);
    }
  }

  /** Applies the records of a decision; after each of them no partition may have two holders. */
  void applyChecked(List<GroupRecord> records) {
    for (GroupRecord record : records) {
      apply(record);
      if (record instanceof CurrentSet set) {
        assertOneHolder(set.group());
      }
    }
  }

  void assertOneHolder(String group) {
    Map<PartitionId, String> holders = new HashMap<>();
    members(group)
        .forEach(
            (id, holder) -> {
              assertThat(Collections.disjoint(holder.assigned(), holder.releasing())).isTrue();
              for (PartitionId partition : holder.held().keySet()) {
                String other = holders.put(partition, id);
                assertThat(other).as("%s has two holders, one is %s", partition, id).isNull();
              }
            });
  }

  boolean exists(String group) {
    return newest.containsKey(new Key(group, null, null, 2));
  }

  Map<String, Holder> members(String group) {
    Map<String, Holder> members = new TreeMap<>();
    for (GroupRecord record : newest.values()) {
      if (record instanceof MemberSet set && set.group().equals(group)) {
        GroupRecord current = newest.get(new Key(group, set.member(), null, 5));
        members.put(set.member(), new Holder(set, (CurrentSet) current));
      }
    }
    return members;
  }

  Map<PartitionId, CommittedOffset> offsets(String group) {
    Map<PartitionId, CommittedOffset> offsets = new HashMap<>();
    for (GroupRecord record : newest.values()) {
      if (record instanceof OffsetSet set && set.group().equals(group)) {
        offsets.put(set.partition(), set.committed());
      }
    }
    return offsets;
  }

  /** What a commit of one position must be answered, if it is looked at on its own. */
  ErrorCode ofCommit(
      String group, String member, long epoch, Command.Position position, KnownTopics topics) {
    if (topics.isGone(position.partition())) {
      boolean topicExists = topics.served(position.partition().topicId()).isPresent();
      return topicExists ? ErrorCode.UNKNOWN_PARTITION : ErrorCode.UNKNOWN_TOPIC;
    }
    if (!member.isEmpty()) {
      Long since = members(group).get(member).held().get(position.partition());
      if (since == null || since > epoch) {
        return ErrorCode.STALE_MEMBER;
      }
    }
    CommittedOffset before = offsets(group).get(position.partition());
    return before != null && before.offset() > position.offset()
        ? ErrorCode.OFFSET_BEHIND
        : ErrorCode.NONE;
  }

  /** What a request of a member must be answered as a whole. */
  ErrorCode ofMember(String group, String member, long epoch, String staticName) {
    Holder holder = members(group).get(member);
    if (holder == null) {
      boolean taken =
          !staticName.isEmpty()
              && members(group).values().stream()
                  .anyMatch(other -> other.set().settings().staticName().equals(staticName));
      return taken ? ErrorCode.STATIC_NAME_TAKEN : ErrorCode.UNKNOWN_MEMBER;
    }
    return epoch < holder.set().joinEpoch() || epoch > holder.epoch()
        ? ErrorCode.STALE_MEMBER
        : ErrorCode.NONE;
  }

  /** The state as records, in no order; an empty target or current set is left out. */
  Collection<GroupRecord> records() {
    return normal(newest.values());
  }

  static Set<GroupRecord> normal(Collection<GroupRecord> records) {
    Map<String, Long> joined = new HashMap<>();
    for (GroupRecord record : records) {
      if (record instanceof MemberSet set) {
        joined.put(set.group() + "/" + set.member(), set.joinEpoch());
      }
    }
    Set<GroupRecord> kept = new HashSet<>();
    for (GroupRecord record : records) {
      boolean empty =
          record instanceof TargetSet target && target.partitions().isEmpty()
              || record instanceof EpochFloor floor && floor.epoch() == 0
              || record instanceof CurrentSet current
                  && current.assigned().isEmpty()
                  && current.releasing().isEmpty()
                  && current.epoch() == joined.get(current.group() + "/" + current.member());
      if (!empty) {
        kept.add(record);
      }
    }
    return kept;
  }

  Set<String> groups() {
    Set<String> groups = new TreeSet<>();
    newest.keySet().stream().filter(key -> key.type() == 2).forEach(key -> groups.add(key.group()));
    return groups;
  }

  /**
   * Checks that a decision has changed holders as it may.
   *
   * @param command what was decided
   * @param after the state with the decision's records
   */
  void assertChange(Command command, NaiveGroups after, KnownTopics topics) {
    Set<String> names = new TreeSet<>(groups());
    names.addAll(after.groups());
    for (String group : names) {
      Map<String, Holder> now = after.members(group);
      members(group)
          .forEach(
              (id, was) -> {
                if (now.containsKey(id)) {
                  assertMemberChange(command, group, was, now.get(id), topics);
                } else {
                  assertRemoval(command, group, id, was, now);
                }
              });
      assertOffsets(command, group, after, topics);
    }
  }

  private static void assertMemberChange(
      Command command, String group, Holder was, Holder is, KnownTopics topics) {
    Set<PartitionId> lost = new HashSet<>(was.held().keySet());
    lost.removeAll(is.held().keySet());
    lost.removeIf(topics::isGone);
    if (!lost.isEmpty()) {
      assertThat(command).as("%s lost %s", was, lost).isInstanceOf(Command.Beat.class);
      Command.Beat beat = (Command.Beat) command;
      assertThat(beat.group()).isEqualTo(group);
      assertThat(beat.member()).isEqualTo(was.set().member());
      assertThat(beat.epoch()).as("epoch of a release").isEqualTo(was.epoch());
      assertThat(was.releasing()).as("asked to release").containsAll(lost);
      assertThat(Collections.disjoint(beat.owned(), lost)).as("owned after a release").isTrue();
    }
    boolean sameSets =
        was.assigned().equals(is.assigned()) && was.releasing().containsAll(is.releasing());
    if (sameSets) {
      assertThat(is.epoch()).as("epoch without a change").isEqualTo(was.epoch());
    } else {
      assertThat(is.epoch()).as("epoch of a change").isGreaterThan(was.epoch());
    }
  }

  private static void assertRemoval(
      Command command, String group, String id, Holder was, Map<String, Holder> now) {
    if (command instanceof Command.Leave leave) {
      assertThat(leave.group()).isEqualTo(group);
      assertThat(leave.member()).isEqualTo(id);
    } else if (command instanceof Command.Join join) {
      assertThat(join.group()).isEqualTo(group);
      assertThat(join.settings().staticName())
          .isNotEmpty()
          .isEqualTo(was.set().settings().staticName());
      assertThat(now).containsKey(join.member());
    } else {
      assertThat(command).as("%s is gone", id).isInstanceOf(Command.Tick.class);
    }
  }

  private void assertOffsets(Command command, String group, NaiveGroups after, KnownTopics topics) {
    Map<PartitionId, CommittedOffset> is = after.offsets(group);
    offsets(group)
        .forEach(
            (partition, was) -> {
              if (topics.isGone(partition)
                  || command instanceof Command.Reset
                  || command instanceof Command.Delete) {
                return;
              }
              assertThat(is).as("positions of %s", group).containsKey(partition);
              assertThat(is.get(partition).offset())
                  .as("position of %s after %s", partition, command)
                  .isGreaterThanOrEqualTo(was.offset());
            });
  }

  private static Key key(GroupRecord record) {
    if (record instanceof OffsetSet set) {
      return new Key(set.group(), null, set.partition(), 6);
    }
    if (record instanceof OfMember of) {
      int type = of instanceof MemberSet ? 3 : of instanceof TargetSet ? 4 : 5;
      return new Key(of.group(), of.member(), null, type);
    }
    if (record instanceof GroupSet set) {
      return new Key(set.group(), null, null, 2);
    }
    assertThat(record).isNotInstanceOf(InGroup.class);
    return new Key("", null, null, 1);
  }

  static List<GroupRecord> snapshotOf(GroupMachine machine) {
    List<GroupRecord> records = new ArrayList<>();
    machine.snapshot(records::add);
    return records;
  }
}
