package io.millrace.protocol.wire;

import io.millrace.protocol.LagReason;

/**
 * One line of a list of groups.
 *
 * @param group name of the group
 * @param assignor how it distributes its partitions
 * @param members number of its members; of a queue, of its consumers
 * @param partitions number of partitions with a position
 * @param emptySinceMicros when the last member went; 0: the group has members
 * @param lagEvents the sum over its partitions; -1: not known yet
 * @param lagMicros the largest of its partitions; -1: not known yet
 * @param reason the reason of the partition with the largest lag
 * @param kind what the group is; since version {@link DescribeGroupResponse#QUEUES_SINCE}, as the
 *     fields after it. In an earlier version {@code MEMBERS} and 0
 * @param locked of a queue: events that a consumer has locked
 * @param waiting of a queue: events that wait after a failed delivery, or for their dead letter
 */
public record GroupSummary(
    String group,
    GroupAssignor assignor,
    int members,
    int partitions,
    long emptySinceMicros,
    long lagEvents,
    long lagMicros,
    LagReason reason,
    GroupKind kind,
    long locked,
    long waiting) {

  private static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + 1 + 4 + 4 + 8 + 8 + 8 + 1;
  private static final int MIN_BYTES_WITH_QUEUES = MIN_BYTES + 1 + 8 + 8;

  /** A group with members. */
  public GroupSummary(
      String group,
      GroupAssignor assignor,
      int members,
      int partitions,
      long emptySinceMicros,
      long lagEvents,
      long lagMicros,
      LagReason reason) {
    this(
        group,
        assignor,
        members,
        partitions,
        emptySinceMicros,
        lagEvents,
        lagMicros,
        reason,
        GroupKind.MEMBERS,
        0,
        0);
  }

  /** The smallest size in a version. */
  static int minBytes(int version) {
    return version >= DescribeGroupResponse.QUEUES_SINCE ? MIN_BYTES_WITH_QUEUES : MIN_BYTES;
  }

  static GroupSummary decode(WireReader in) {
    boolean queues = in.version() >= DescribeGroupResponse.QUEUES_SINCE;
    return new GroupSummary(
        in.string("group"),
        in.oneOf("assignor", GroupAssignor::ofCode),
        in.i32("members"),
        in.i32("partitions"),
        in.i64("emptySinceMicros"),
        in.i64("lagEvents"),
        in.i64("lagMicros"),
        in.oneOf("reason", LagReason::ofCode),
        queues ? in.oneOf("kind", GroupKind::ofCode) : GroupKind.MEMBERS,
        queues ? in.i64("locked") : 0,
        queues ? in.i64("waiting") : 0);
  }

  void encode(WireWriter out) {
    out.string(group);
    out.u8(assignor.code());
    out.i32(members);
    out.i32(partitions);
    out.i64(emptySinceMicros);
    out.i64(lagEvents);
    out.i64(lagMicros);
    out.u8(reason.code());
    if (out.version() >= DescribeGroupResponse.QUEUES_SINCE) {
      out.u8(kind.code());
      out.i64(locked);
      out.i64(waiting);
    }
  }
}
