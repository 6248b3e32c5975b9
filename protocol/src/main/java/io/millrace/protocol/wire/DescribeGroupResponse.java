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
 * @param kind what the group is; since version {@link #QUEUES_SINCE}, as the field after it. In an
 *     earlier version {@code MEMBERS}
 * @param queue of a queue: one item; otherwise empty
 */
public record DescribeGroupResponse(
    long epoch,
    GroupAssignor assignor,
    long offsetRetentionMicros,
    long emptySinceMicros,
    String lastMember,
    List<GroupMemberInfo> members,
    List<GroupPartitionInfo> partitions,
    GroupKind kind,
    List<QueueInfo> queue)
    implements Response {

  /** The first version of DESCRIBE_GROUP and LIST_GROUPS that shows queues. */
  public static final int QUEUES_SINCE = 2;

  public DescribeGroupResponse {
    members = List.copyOf(members);
    partitions = List.copyOf(partitions);
    queue = List.copyOf(queue);
  }

  /** A group with members. */
  public DescribeGroupResponse(
      long epoch,
      GroupAssignor assignor,
      long offsetRetentionMicros,
      long emptySinceMicros,
      String lastMember,
      List<GroupMemberInfo> members,
      List<GroupPartitionInfo> partitions) {
    this(
        epoch,
        assignor,
        offsetRetentionMicros,
        emptySinceMicros,
        lastMember,
        members,
        partitions,
        GroupKind.MEMBERS,
        List.of());
  }

  static DescribeGroupResponse decode(WireReader in) {
    boolean queues = in.version() >= QUEUES_SINCE;
    return new DescribeGroupResponse(
        in.i64("epoch"),
        in.oneOf("assignor", GroupAssignor::ofCode),
        in.i64("offsetRetentionMicros"),
        in.i64("emptySinceMicros"),
        in.string("lastMember"),
        in.longList("members", GroupMemberInfo.MIN_BYTES, GroupMemberInfo::decode),
        in.longList("partitions", GroupPartitionInfo.MIN_BYTES, GroupPartitionInfo::decode),
        queues ? in.oneOf("kind", GroupKind::ofCode) : GroupKind.MEMBERS,
        queues ? in.shortList("queue", QueueInfo.MIN_BYTES, QueueInfo::decode) : List.of());
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
    if (out.version() >= QUEUES_SINCE) {
      out.u8(kind.code());
      out.shortList(queue, QueueInfo::encode);
    }
  }
}
