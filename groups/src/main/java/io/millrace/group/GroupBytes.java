package io.millrace.group;

import io.millrace.group.queue.QueueProgress;
import io.millrace.group.queue.QueueRules;

/** Estimates of the memory of groups: about what a 64-bit JVM with compressed pointers uses. */
final class GroupBytes {

  private static final long GROUP = 1_200;
  private static final long MEMBER = 300;
  private static final long STRING = 56;
  private static final long PARTITION = 180;
  private static final long PROGRESS = 120;
  private static final long OFFSET = 200;
  private static final long SETTINGS = 80;
  private static final long CONSUMER = 250;

  private GroupBytes() {}

  static long ofGroup(String name, String lastMember) {
    return GROUP + of(name) + of(lastMember);
  }

  static long of(Member member) {
    long bytes =
        MEMBER
            + of(member.id())
            + of(member.settings().staticName())
            + of(member.settings().clientId())
            + of(member.settings().host())
            + of(member.subscription().pattern());
    for (String topic : member.subscription().topics()) {
      bytes += of(topic);
    }
    return bytes
        + PARTITION
            * (member.target().size() + member.assigned().size() + member.releasing().size());
  }

  static long of(CommittedOffset committed) {
    return OFFSET + of(committed.metadata());
  }

  static long of(QueueProgress progress) {
    return PROGRESS + progress.bytes();
  }

  /** The settings of a queue besides the defaults, which every group shares. */
  static long of(QueueRules settings) {
    return settings.equals(QueueRules.DEFAULT) ? 0 : SETTINGS + of(settings.deadLetters().topic());
  }

  static long ofConsumer(String clientId, String host) {
    return CONSUMER + of(clientId) + of(host);
  }

  private static long of(String text) {
    return STRING + 2L * text.length();
  }
}
