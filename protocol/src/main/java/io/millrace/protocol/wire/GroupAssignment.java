package io.millrace.protocol.wire;

import java.util.List;

/**
 * The partitions that a member of a group may own.
 *
 * @param epoch epoch of the member; of two assignments, the one with the higher epoch is newer
 * @param state where the member is between what it has and what it shall have
 * @param assigned partitions that the member owns
 * @param releasing partitions that the member must drop
 * @param topics the names of all topics in the two lists; a deleted topic is not in it
 * @param subscriptionVersion version of the subscription that the group uses
 * @param beatIntervalMicros time between two beats
 */
public record GroupAssignment(
    long epoch,
    GroupMemberState state,
    List<TopicPartition> assigned,
    List<TopicPartition> releasing,
    List<NamedTopic> topics,
    int subscriptionVersion,
    long beatIntervalMicros) {

  static final int MIN_BYTES = 8 + 1 + 4 + 4 + 4 + 4 + 8;

  public GroupAssignment {
    assigned = List.copyOf(assigned);
    releasing = List.copyOf(releasing);
    topics = List.copyOf(topics);
  }

  /** Stands for no assignment, in a push with an error. */
  public static final GroupAssignment NONE =
      new GroupAssignment(0, GroupMemberState.STABLE, List.of(), List.of(), List.of(), 0, 0);

  static GroupAssignment decode(WireReader in) {
    return new GroupAssignment(
        in.i64("epoch"),
        in.oneOf("state", GroupMemberState::ofCode),
        in.longList("assigned", TopicPartition.MIN_BYTES, TopicPartition::decode),
        in.longList("releasing", TopicPartition.MIN_BYTES, TopicPartition::decode),
        in.longList("topics", NamedTopic.MIN_BYTES, NamedTopic::decode),
        in.i32("subscriptionVersion"),
        in.i64("beatIntervalMicros"));
  }

  void encode(WireWriter out) {
    out.i64(epoch);
    out.u8(state.code());
    out.longList(assigned, TopicPartition::encode);
    out.longList(releasing, TopicPartition::encode);
    out.longList(topics, NamedTopic::encode);
    out.i32(subscriptionVersion);
    out.i64(beatIntervalMicros);
  }
}
