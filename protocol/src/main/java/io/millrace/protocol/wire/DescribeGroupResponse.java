package io.millrace.protocol.wire;

import java.util.List;

/**
 * A group.
 *
 * @param epoch rises with each change of members, subscriptions, topics or assignments
 * @param assignor how it distributes its partitions
 * @param offsetRetentionMicros time after which positions expire; 0: never
 * @param emptySinceMicros when the last member went, microseconds since the epoch, UTC; 0: the
 *     group has members
 * @param lastMember the member that went last; empty: none
 * @param members sorted by id
 * @param partitions sorted by topic and partition
 */
public record DescribeGroupResponse(
    long epoch,
    GroupAssignor assignor,
    long offsetRetentionMicros,
    long emptySinceMicros,
    String lastMember,
    List<GroupMemberInfo> members,
    List<GroupPartitionInfo> partitions)
    implements Response {

  public DescribeGroupResponse {
    members = List.copyOf(members);
    partitions = List.copyOf(partitions);
  }

  static DescribeGroupResponse decode(WireReader in) {
    return new DescribeGroupResponse(
        in.i64("epoch"),
        in.oneOf("assignor", GroupAssignor::ofCode),
        in.i64("offsetRetentionMicros"),
        in.i64("emptySinceMicros"),
        in.string("lastMember"),
        in.longList("members", GroupMemberInfo.MIN_BYTES, GroupMemberInfo::decode),
        in.longList("partitions", GroupPartitionInfo.MIN_BYTES, GroupPartitionInfo::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.i64(epoch);
    out.u8(assignor.code());
    out.i64(offsetRetentionMicros);
    out.i64(emptySinceMicros);
    out.string(lastMember);
    out.longList(members, GroupMemberInfo::encode);
    out.longList(partitions, GroupPartitionInfo::encode);
  }
}
