package io.millrace.protocol.wire;

/**
 * The present assignment of a member.
 *
 * @param assignment what the member may own
 */
public record GroupBeatResponse(GroupAssignment assignment) implements Response {

  static GroupBeatResponse decode(WireReader in) {
    return new GroupBeatResponse(GroupAssignment.decode(in));
  }

  @Override
  public void encode(WireWriter out) {
    assignment.encode(out);
  }
}
