package io.millrace.group;

import io.millrace.group.GroupRecord.CurrentSet;
import io.millrace.group.GroupRecord.GroupSet;
import io.millrace.group.GroupRecord.MemberRemoved;
import io.millrace.group.GroupRecord.MemberSet;
import io.millrace.group.GroupRecord.OffsetRemoved;
import io.millrace.group.GroupRecord.OffsetSet;
import io.millrace.group.GroupRecord.QueueDeadLettersSet;
import io.millrace.group.GroupRecord.QueueProgressRemoved;
import io.millrace.group.GroupRecord.QueueProgressSet;
import io.millrace.group.GroupRecord.QueueSet;
import io.millrace.group.GroupRecord.QueueSettled;
import io.millrace.group.GroupRecord.TargetSet;
import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRules;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The state of one group that is in the log. Only {@link GroupStore} changes it. */
final class Group {

  private static final long RECORDS_PER_MEMBER = 3;

  private final NavigableMap<String, Member> members = new TreeMap<>();
  private final MemberIndex index = new MemberIndex();
  private final Map<PartitionId, CommittedOffset> offsets = new HashMap<>();
  private final Map<PartitionId, QueueProgress> progress = new HashMap<>();
  private QueueRules settings = QueueRules.DEFAULT;
  private GroupSet head;
  private long bytes;

  Group(GroupSet head) {
    head(head);
  }

  String name() {
    return head.group();
  }

  GroupSet head() {
    return head;
  }

  NavigableMap<String, Member> members() {
    return Collections.unmodifiableNavigableMap(members);
  }

  Map<PartitionId, CommittedOffset> offsets() {
    return Collections.unmodifiableMap(offsets);
  }

  boolean isQueue() {
    return head.kind() == GroupType.SHARED;
  }

  /** How a queue treats its events. */
  QueueRules settings() {
    return settings;
  }

  /** What a queue has done. */
  Map<PartitionId, QueueProgress> progress() {
    return Collections.unmodifiableMap(progress);
  }

  long bytes() {
    return bytes;
  }

  /** The members by what they have. */
  MemberIndex index() {
    return index;
  }

  /** The member that holds a partition. */
  Optional<Member> holder(PartitionId partition) {
    return Optional.ofNullable(index.held().of(partition)).map(members::get);
  }

  Optional<Member> ofStaticName(String name) {
    return Optional.ofNullable(index.staticNames().of(name)).map(members::get);
  }

  void head(GroupSet newHead) {
    bytes += GroupBytes.ofGroup(newHead.group(), newHead.lastMember());
    if (head != null) {
      bytes -= GroupBytes.ofGroup(head.group(), head.lastMember());
    }
    head = newHead;
  }

  void apply(MemberSet set) {
    Member before = members.get(set.member());
    put(
        before == null
            ? Member.joined(set.member(), set.joinEpoch(), set.settings(), set.subscription())
            : before.with(set));
  }

  void apply(TargetSet set) {
    Member before = members.get(set.member());
    if (before != null) {
      put(before.withTarget(set.partitions()));
    }
  }

  void apply(CurrentSet set) {
    Member before = members.get(set.member());
    if (before != null) {
      put(before.with(set));
    }
  }

  void apply(MemberRemoved removed) {
    Member before = members.remove(removed.member());
    if (before != null) {
      index.change(before, null);
      bytes -= GroupBytes.of(before);
    }
  }

  void apply(OffsetSet set) {
    bytes += GroupBytes.of(set.committed());
    forget(offsets.put(set.partition(), set.committed()));
  }

  void apply(OffsetRemoved removed) {
    forget(offsets.remove(removed.partition()));
  }

  void apply(QueueSet set) {
    bytes += GroupBytes.of(set.settings()) - GroupBytes.of(settings);
    settings = set.settings();
  }

  void apply(QueueProgressSet set) {
    put(set.partition(), set.progress());
  }

  void apply(QueueSettled settled) {
    QueueProgress before = progress.getOrDefault(settled.partition(), QueueProgress.at(0));
    put(settled.partition(), before.settled(settled.start(), settled.done(), settled.failed()));
  }

  void apply(QueueDeadLettersSet set) {
    QueueProgress before = progress.getOrDefault(set.partition(), QueueProgress.at(0));
    put(set.partition(), before.withDeadLetters(set.count()));
  }

  void apply(QueueProgressRemoved removed) {
    forget(progress.remove(removed.partition()));
  }

  private void put(PartitionId partition, QueueProgress changed) {
    bytes += GroupBytes.of(changed);
    forget(progress.put(partition, changed));
  }

  private void forget(QueueProgress before) {
    if (before != null) {
      bytes -= GroupBytes.of(before);
    }
  }

  /** Emits the records that create the group as it is. */
  void snapshot(Consumer<GroupRecord> out) {
    out.accept(head);
    if (hasQueueSettings()) {
      out.accept(new QueueSet(name(), settings));
    }
    progress.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> QueueRecords.snapshot(name(), entry.getKey(), entry.getValue(), out));
    members.values().forEach(member -> snapshot(member, out));
    offsets.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> out.accept(new OffsetSet(name(), entry.getKey(), entry.getValue())));
  }

  long snapshotRecords() {
    long records = 1 + RECORDS_PER_MEMBER * members.size() + offsets.size();
    for (QueueProgress each : progress.values()) {
      records += QueueRecords.snapshotRecords(each);
    }
    return records + (hasQueueSettings() ? 1 : 0);
  }

  private boolean hasQueueSettings() {
    return isQueue() || !settings.equals(QueueRules.DEFAULT);
  }

  void snapshot(Member member, Consumer<GroupRecord> out) {
    out.accept(member.memberSet(name()));
    out.accept(new TargetSet(name(), member.id(), member.target()));
    out.accept(member.currentSet(name()));
  }

  private void put(Member member) {
    bytes += GroupBytes.of(member);
    Member before = members.put(member.id(), member);
    index.change(before, member);
    if (before != null) {
      bytes -= GroupBytes.of(before);
    }
  }

  private void forget(CommittedOffset before) {
    if (before != null) {
      bytes -= GroupBytes.of(before);
    }
  }
}
