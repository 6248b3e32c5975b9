package io.millrace.protocol.wire;

import java.util.List;

/**
 * Sets positions of a group without members, forward or back: all of them or none.
 *
 * @param group name of the group
 * @param offsets one for each partition, up to 10,000
 * @param dryRun answers the same and changes nothing
 */
public record ResetOffsetsRequest(String group, List<NewOffset> offsets, boolean dryRun)
    implements Request {

  public ResetOffsetsRequest {
    offsets = List.copyOf(offsets);
  }

  static ResetOffsetsRequest decode(WireReader in) {
    return new ResetOffsetsRequest(
        in.string("group"),
        in.longList("offsets", NewOffset.MIN_BYTES, NewOffset::decode),
        in.bool("dryRun"));
  }

  @Override
  public Api api() {
    return Api.RESET_OFFSETS;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.longList(offsets, NewOffset::encode);
    out.bool(dryRun);
  }
}
