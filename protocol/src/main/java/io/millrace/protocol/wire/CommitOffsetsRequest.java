package io.millrace.protocol.wire;

import java.util.List;

/**
 * Stores the positions of a group.
 *
 * @param group name of the group
 * @param member id of the member; empty: a client that is no member
 * @param epoch epoch of the member; -1 for a client that is no member
 * @param offsets one position for each partition, up to 10,000
 */
public record CommitOffsetsRequest(
    String group, String member, long epoch, List<OffsetToCommit> offsets) implements Request {

  public CommitOffsetsRequest {
    offsets = List.copyOf(offsets);
  }

  static CommitOffsetsRequest decode(WireReader in) {
    return new CommitOffsetsRequest(
        in.string("group"),
        in.string("member"),
        in.i64("epoch"),
        in.longList("offsets", OffsetToCommit.MIN_BYTES, OffsetToCommit::decode));
  }

  @Override
  public Api api() {
    return Api.COMMIT_OFFSETS;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.string(member);
    out.i64(epoch);
    out.longList(offsets, OffsetToCommit::encode);
  }
}
