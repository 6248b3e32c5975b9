package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.DescribeGroupResponse;
import io.millrace.protocol.wire.GroupMemberInfo;
import io.millrace.protocol.wire.GroupSubscription;
import io.millrace.protocol.wire.QueueInfo;
import io.millrace.protocol.wire.QueuePartitionInfo;
import io.millrace.protocol.wire.QueueSettingsInfo;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The description of a group without the topics that the client must not know. A group may read
 * topics that not everybody may describe who may describe the group.
 *
 * @param isVisible whether the client may describe a topic with this name
 * @param nameOf the name of a topic; empty if there is none with this id
 */
record VisibleGroup(Predicate<String> isVisible, Function<UUID, Optional<String>> nameOf) {

  /** What a client sees in place of a text that may name a topic. */
  private static final String IN_THE_LOG = "see the log of the broker";

  DescribeGroupResponse of(DescribeGroupResponse group) {
    return new DescribeGroupResponse(
        group.epoch(),
        group.assignor(),
        group.offsetRetentionMicros(),
        group.emptySinceMicros(),
        group.lastMember(),
        group.members().stream().map(this::member).toList(),
        group.partitions().stream().filter(each -> isVisible.test(each.topic())).toList(),
        group.kind(),
        group.queue().stream().map(this::queue).toList());
  }

  private GroupMemberInfo member(GroupMemberInfo member) {
    GroupSubscription wanted = member.subscription();
    if (wanted.topics().stream().allMatch(isVisible)) {
      return member;
    }
    GroupSubscription visible =
        new GroupSubscription(
            wanted.version(),
            wanted.topics().stream().filter(isVisible).toList(),
            wanted.pattern());
    return new GroupMemberInfo(
        member.member(),
        member.staticName(),
        member.clientId(),
        member.host(),
        member.sessionTimeoutMicros(),
        member.maxProcessingMicros(),
        visible,
        member.state(),
        member.epoch(),
        member.assigned(),
        member.releasing(),
        member.target(),
        member.sinceBeatMicros(),
        member.away(),
        member.sinceProgressMicros(),
        member.handedOut());
  }

  private QueueInfo queue(QueueInfo queue) {
    String letters = queue.settings().deadLetterTopic();
    boolean hidesLetters = !letters.isEmpty() && !isVisible.test(letters);
    return new QueueInfo(
        hidesLetters ? withoutLetters(queue.settings()) : queue.settings(),
        queue.consumers().stream().filter(each -> isVisible(each.topicId())).toList(),
        queue.partitions().stream()
            .filter(each -> isVisible(each.topicId()))
            .map(each -> hidesLetters ? withoutProblem(each) : each)
            .toList());
  }

  private boolean isVisible(UUID topic) {
    return nameOf.apply(topic).map(isVisible::test).orElse(true);
  }

  private static QueueSettingsInfo withoutLetters(QueueSettingsInfo settings) {
    return new QueueSettingsInfo(
        settings.lockMicros(),
        settings.maxAttempts(),
        settings.backOffMicros(),
        settings.backOffMaxMicros(),
        settings.deadLetters(),
        "",
        settings.ordering());
  }

  private static QueuePartitionInfo withoutProblem(QueuePartitionInfo partition) {
    return new QueuePartitionInfo(
        partition.topicId(),
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
        partition.problem().isEmpty() ? "" : IN_THE_LOG);
  }
}
