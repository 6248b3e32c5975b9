package io.millrace.protocol.wire;

import io.millrace.protocol.LagReason;

/**
 * One line of a list of groups.
 *
 * @param group name of the group
 * @param assignor how it distributes its partitions
 * @param members number of its members
 * @param partitions number of partitions with a position
 * @param emptySinceMicros when the last member went; 0: the group has members
 * @param lagEvents the sum over its partitions; -1: not known yet
 * @param lagMicros the largest of its partitions; -1: not known yet
 * @param reason the reason of the partition with the largest lag
 */
public record GroupSummary(
    String group,
    GroupAssignor assignor,
    int members,
    int partitions,
    long emptySinceMicros,
    long lagEvents,
    long lagMicros,
    LagReason reason) {

  static final int MIN_BYTES = WireReader.MIN_STRING_BYTES + 1 + 4 + 4 + 8 + 8 + 8 + 1;

  static GroupSummary decode(WireReader in) {
    return new GroupSummary(
        in.string("group"),
        in.oneOf("assignor", GroupAssignor::ofCode),
        in.i32("members"),
        in.i32("partitions"),
        in.i64("emptySinceMicros"),
        in.i64("lagEvents"),
        in.i64("lagMicros"),
        in.oneOf("reason", LagReason::ofCode));
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
  }
}
