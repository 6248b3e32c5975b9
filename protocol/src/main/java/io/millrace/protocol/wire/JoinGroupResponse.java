package io.millrace.protocol.wire;

/**
 * The first assignment of a member.
 *
 * @param assignment what the member may own
 */
public record JoinGroupResponse(GroupAssignment assignment) implements Response {

  static JoinGroupResponse decode(WireReader in) {
    return new JoinGroupResponse(GroupAssignment.decode(in));
  }

  @Override
  public void encode(WireWriter out) {
    assignment.encode(out);
  }
}
