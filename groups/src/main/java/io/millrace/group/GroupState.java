package io.millrace.group;

import io.millrace.group.queue.QueueWindow;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What decisions read: the state of the log, and what is only in memory. Owned by the machine. */
final class GroupState {

  private final GroupStore store = new GroupStore();
  private final Sessions sessions = new Sessions();
  private final QueueStates queues;

  /** Groups whose targets may not agree with the known topics, or with each other. */
  private final Set<String> unchecked = new LinkedHashSet<>();

  /** Groups that no tick looks at before a time of the monotonic clock. */
  private final Map<String, Long> postponed = new HashMap<>();

  private KnownTopics topics;
  private long nextRetentionCheckMicros = Long.MIN_VALUE;
  private GroupLimits limits;

  /**
   * @param windowEvents most events of one partition that a queue has in memory
   */
  GroupState(GroupLimits limits, int windowEvents) {
    this.limits = limits;
    this.queues = new QueueStates(store, windowEvents);
  }

  void limits(GroupLimits changed) {
    limits = changed;
  }

  GroupStore store() {
    return store;
  }

  Sessions sessions() {
    return sessions;
  }

  QueueStates queues() {
    return queues;
  }

  long bytes() {
    return store.bytes() + queues.bytes();
  }

  long freeBytes() {
    return limits.bytes() - bytes();
  }

  /** What the events of queues may take. They leave memory for new windows and for all else. */
  long freeBytesOfEvents() {
    return freeBytes() - GroupLimits.keptByEvents(limits.keptBytes());
  }

  /** The topics; null before {@link GroupMachine#open}. */
  KnownTopics topics() {
    return topics;
  }

  void topics(KnownTopics known) {
    topics = known;
    unchecked.addAll(store.groups().keySet());
  }

  Set<String> unchecked() {
    return unchecked;
  }

  /** Whether the targets of the group's members agree with the topics, and with each other. */
  boolean hasRightTargets(String group) {
    return !unchecked.contains(group) && !isPostponed(group);
  }

  /** Whether ticks leave the group out. */
  boolean isPostponed(String group) {
    return postponed.containsKey(group);
  }

  void postpone(String group, long now, long until) {
    postponed.put(group, until);
    unchecked.remove(group);
    sessions.postpone(group, now, until);
    queues.postpone(group, now, until);
  }

  /** Lets ticks look again at the groups whose time has come. */
  void resume(long now) {
    postponed
        .entrySet()
        .removeIf(
            each -> {
              boolean due = each.getValue() <= now;
              if (due && store.find(each.getKey()) != null) {
                unchecked.add(each.getKey());
              }
              return due;
            });
  }

  /** When {@link #resume} has something to do; {@code Long.MAX_VALUE}: never. */
  long nextResumeMicros() {
    return postponed.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
  }

  long nextRetentionCheckMicros() {
    return nextRetentionCheckMicros;
  }

  void nextRetentionCheckMicros(long monotonicMicros) {
    nextRetentionCheckMicros = monotonicMicros;
  }

  /** The group, or a refusal with {@code UNKNOWN_GROUP}. */
  Group require(String name) {
    GroupInputs.groupName(name);
    Group group = store.find(name);
    if (group == null) {
      Reply.Refusal refusal = Reply.Refusal.unknownGroup(name);
      throw new RefusedException(refusal.error(), refusal.message());
    }
    return group;
  }

  /** Refuses a request that needs a group without members or consumers. */
  void requireNoMembers(Group group, String request) {
    int consumers = queues.consumers(group.name());
    if (consumers > 0) {
      throw new RefusedException(
          ErrorCode.GROUP_NOT_EMPTY,
          "queue "
              + Quoted.text(group.name())
              + " has "
              + consumers
              + " consumers; "
              + request
              + " needs a queue without consumers: stop them");
    }
    if (!group.members().isEmpty()) {
      throw new RefusedException(
          ErrorCode.GROUP_NOT_EMPTY,
          "group "
              + Quoted.text(group.name())
              + " has "
              + group.members().size()
              + " members, such as "
              + Quoted.text(group.members().firstKey())
              + "; "
              + request
              + " needs a group without members: stop them, or wait until their sessions end");
    }
  }

  /** Refuses a request for groups with members if the group is a queue. */
  void requireNative(Group group) {
    if (group != null && group.isQueue()) {
      throw new RefusedException(
          ErrorCode.INCONSISTENT_GROUP,
          "group "
              + Quoted.text(group.name())
              + " is a queue, which has no members and no committed positions; open it as a queue,"
              + " or choose another group name");
    }
  }

  /** Refuses a request for queues if the group has members or committed positions. */
  void requireQueue(Group group) {
    if (!group.isQueue()) {
      throw new RefusedException(
          ErrorCode.INCONSISTENT_GROUP,
          "group "
              + Quoted.text(group.name())
              + " is not a queue: it has members or committed positions; subscribe as a member,"
              + " choose another group name, or delete the group");
    }
  }

  /** The topic, or a refusal with {@code UNKNOWN_TOPIC}. */
  GroupTopic requireTopic(UUID topic) {
    return topics
        .served(topic)
        .orElseThrow(
            () ->
                new RefusedException(
                    ErrorCode.UNKNOWN_TOPIC,
                    "there is no topic " + topic + "; it may be deleted or unavailable"));
  }

  /** Refuses a partition that does not exist. */
  void requirePartition(PartitionId partition) {
    GroupTopic topic = requireTopic(partition.topicId());
    if (partition.partition() < 0 || partition.partition() >= topic.partitions()) {
      throw new RefusedException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic "
              + Quoted.text(topic.name())
              + " has partitions 0 to "
              + (topic.partitions() - 1)
              + ", the request has "
              + partition.partition());
    }
  }

  void requireRoomForGroup(String name) {
    if (store.groups().size() >= limits.groups()) {
      throw new RefusedException(
          ErrorCode.LIMIT_REACHED,
          "group "
              + Quoted.text(name)
              + " would be one too many: this part of the groups has "
              + limits.groups()
              + ", its limit; delete groups that nobody needs");
    }
  }

  void requireRoomForMember(String group, int members) {
    if (members >= limits.membersPerGroup()) {
      throw new RefusedException(
          ErrorCode.LIMIT_REACHED,
          "group "
              + Quoted.text(group)
              + " has "
              + members
              + " members, its limit is "
              + limits.membersPerGroup()
              + "; use fewer members or several groups");
    }
  }

  void requireMemory(String group, long moreBytes) {
    requireMemory(
        group,
        moreBytes,
        freeBytes(),
        "delete groups that nobody needs, or give the broker more memory");
  }

  /** Refuses windows for which there is no memory besides what is kept for members. */
  void requireWindowMemory(String group, long moreBytes) {
    requireMemory(
        group,
        moreBytes,
        freeBytes() - limits.keptBytes(),
        "each partition of an open queue takes "
            + QueueWindow.EMPTY_BYTES
            + "; close queues or delete groups that nobody needs, or give the broker more heap"
            + " (MILLRACE_HEAP)");
  }

  private static void requireMemory(String group, long moreBytes, long free, String advice) {
    if (moreBytes > 0 && moreBytes > free) {
      throw new RefusedException(
          ErrorCode.LIMIT_REACHED,
          "group "
              + Quoted.text(group)
              + " needs "
              + moreBytes
              + " more bytes of memory, and the groups of the broker have left "
              + Math.max(0, free)
              + " bytes for this; "
              + advice);
    }
  }

  /** Which member has a partition, for messages. */
  String showOwner(String group, PartitionId partition) {
    Group found = store.find(group);
    return "partition "
        + topics.show(partition)
        + (found == null
            ? " has no owner"
            : found
                .holder(partition)
                .map(member -> " belongs to member " + Quoted.text(ShownId.of(member.id())))
                .orElse(" has no owner"));
  }
}
