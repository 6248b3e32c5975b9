package io.millrace.protocol.wire;

/**
 * Ends a member of a group. Its partitions are free at once.
 *
 * @param group name of the group
 * @param member id of the member
 * @param epoch epoch of the member; -1: any
 * @param comeBack the member has a static name and returns: its partitions wait until its session
 *     ends
 */
public record LeaveGroupRequest(String group, String member, long epoch, boolean comeBack)
    implements Request {

  static LeaveGroupRequest decode(WireReader in) {
    return new LeaveGroupRequest(
        in.string("group"), in.string("member"), in.i64("epoch"), in.bool("comeBack"));
  }

  @Override
  public Api api() {
    return Api.LEAVE_GROUP;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.string(member);
    out.i64(epoch);
    out.bool(comeBack);
  }
}
