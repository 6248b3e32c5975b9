package io.millrace.group;

/** Estimates of the memory of groups: about what a 64-bit JVM with compressed pointers uses. */
final class GroupBytes {

  private static final long GROUP = 400;
  private static final long MEMBER = 600;
  private static final long STRING = 56;
  private static final long ENTRY = 120;
  private static final long OFFSET = 200;

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
        + ENTRY * (member.target().size() + member.assigned().size() + member.releasing().size());
  }

  static long of(CommittedOffset committed) {
    return OFFSET + of(committed.metadata());
  }

  private static long of(String text) {
    return STRING + 2L * text.length();
  }
}
