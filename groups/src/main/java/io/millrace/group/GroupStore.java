package io.millrace.group;

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
import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.GroupRecord.QueueSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.GroupRecord.TargetSet;
import io.millrace.group.queue.QueueProgress;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The state of all groups that is in the log: what the records say, and nothing else. A record of a
 * group or member that does not exist changes nothing.
 */
final class GroupStore {

  private final Map<String, Group> groups = new HashMap<>();
  private long epochFloor;
  private long bytes;

  Map<String, Group> groups() {
    return Collections.unmodifiableMap(groups);
  }

  /** The group, or null. */
  Group find(String name) {
    return groups.get(name);
  }

  long epochFloor() {
    return epochFloor;
  }

  long bytes() {
    return bytes;
  }

  void apply(GroupRecord record) {
    if (record instanceof EpochFloor floor) {
      epochFloor = floor.epoch();
    } else if (record instanceof GroupSet set) {
      apply(set);
    } else if (record instanceof GroupRemoved removed) {
      Group group = groups.remove(removed.group());
      bytes -= group == null ? 0 : group.bytes();
    } else if (record instanceof InGroup within) {
      applyWithin(within);
    }
  }

  private void apply(GroupSet set) {
    Group group = groups.get(set.group());
    if (group == null) {
      group = new Group(set);
      groups.put(set.group(), group);
      bytes += group.bytes();
    } else {
      bytes -= group.bytes();
      group.head(set);
      bytes += group.bytes();
    }
  }

  private void applyWithin(InGroup record) {
    Group group = groups.get(record.group());
    if (group == null) {
      return;
    }
    bytes -= group.bytes();
    if (record instanceof OffsetSet set) {
      group.apply(set);
    } else if (record instanceof CurrentSet set) {
      group.apply(set);
    } else if (record instanceof TargetSet set) {
      group.apply(set);
    } else if (record instanceof MemberSet set) {
      group.apply(set);
    } else if (record instanceof MemberRemoved removed) {
      group.apply(removed);
    } else if (record instanceof OffsetRemoved removed) {
      group.apply(removed);
    } else if (record instanceof QueueSettled settled) {
      group.apply(settled);
    } else if (record instanceof QueueProgressSet set) {
      group.apply(set);
    } else if (record instanceof QueueDeadLettersSet set) {
      group.apply(set);
    } else if (record instanceof QueueProgressRemoved removed) {
      group.apply(removed);
    } else if (record instanceof QueueSet set) {
      group.apply(set);
    }
    bytes += group.bytes();
  }

  /** Emits, before a record is applied, the records that take it back. */
  void inverse(GroupRecord record, Consumer<GroupRecord> out) {
    if (record instanceof InGroup within) {
      inverse(within, out);
    } else {
      out.accept(new EpochFloor(epochFloor));
    }
  }

  private void inverse(InGroup record, Consumer<GroupRecord> out) {
    Group group = groups.get(record.group());
    if (group == null) {
      if (record instanceof GroupSet set) {
        out.accept(new GroupRemoved(set.group()));
      }
    } else if (record instanceof GroupSet) {
      out.accept(group.head());
    } else if (record instanceof GroupRemoved) {
      group.snapshot(out);
    } else if (record instanceof OffsetSet set) {
      inverseOffset(group, set.partition(), out);
    } else if (record instanceof OffsetRemoved removed) {
      inverseOffset(group, removed.partition(), out);
    } else if (record instanceof OfMember ofMember) {
      inverseMember(group, ofMember.member(), out);
    } else if (record instanceof QueueSettled settled) {
      inverseProgress(group, settled.partition(), out);
    } else if (record instanceof QueueProgressSet set) {
      inverseProgress(group, set.partition(), out);
    } else if (record instanceof QueueDeadLettersSet set) {
      inverseProgress(group, set.partition(), out);
    } else if (record instanceof QueueProgressRemoved removed) {
      inverseProgress(group, removed.partition(), out);
    } else if (record instanceof QueueSet) {
      out.accept(new QueueSet(group.name(), group.settings()));
    }
  }

  private static void inverseProgress(
      Group group, PartitionId partition, Consumer<GroupRecord> out) {
    QueueProgress before = group.progress().get(partition);
    // Never encoded, so one record has it all, and costs the same whatever is done.
    out.accept(
        before == null
            ? new QueueProgressRemoved(group.name(), partition)
            : new QueueProgressSet(group.name(), partition, before));
  }

  private static void inverseOffset(Group group, PartitionId partition, Consumer<GroupRecord> out) {
    CommittedOffset before = group.offsets().get(partition);
    out.accept(
        before == null
            ? new OffsetRemoved(group.name(), partition)
            : new OffsetSet(group.name(), partition, before));
  }

  private static void inverseMember(Group group, String member, Consumer<GroupRecord> out) {
    Member before = group.members().get(member);
    if (before == null) {
      out.accept(new MemberRemoved(group.name(), member));
    } else {
      group.snapshot(before, out);
    }
  }

  /** Emits the records that create the whole state. The order depends on the state only. */
  void snapshot(Consumer<GroupRecord> out) {
    out.accept(new EpochFloor(epochFloor));
    new TreeMap<>(groups).values().forEach(group -> group.snapshot(out));
  }

  long snapshotRecords() {
    return 1 + groups.values().stream().mapToLong(Group::snapshotRecords).sum();
  }
}
