package io.millrace.protocol.wire;

import java.util.List;

/**
 * Requests the positions of a group.
 *
 * @param group name of the group
 * @param partitions the partitions; empty: all that have a position
 */
public record FetchOffsetsRequest(String group, List<TopicPartition> partitions)
    implements Request {

  public FetchOffsetsRequest {
    partitions = List.copyOf(partitions);
  }

  static FetchOffsetsRequest decode(WireReader in) {
    return new FetchOffsetsRequest(
        in.string("group"),
        in.longList("partitions", TopicPartition.MIN_BYTES, TopicPartition::decode));
  }

  @Override
  public Api api() {
    return Api.FETCH_OFFSETS;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.longList(partitions, TopicPartition::encode);
  }
}
