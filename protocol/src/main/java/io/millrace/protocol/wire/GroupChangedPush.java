package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;

/**
 * Gives a member of a group a new assignment, or ends it. The push may get lost: the answer to the
 * next beat says the same.
 *
 * @param group name of the group
 * @param member id of the member
 * @param code {@code NONE}, or why the member has ended
 * @param message the error in words; empty if there is none
 * @param assignment the new assignment; {@link GroupAssignment#NONE} with an error
 */
public record GroupChangedPush(
    String group, String member, ErrorCode code, String message, GroupAssignment assignment)
    implements Push {

  public GroupChangedPush {
    message = ErrorResponse.shorten(message);
  }

  static GroupChangedPush decode(WireReader in) {
    return new GroupChangedPush(
        in.string("group"),
        in.string("member"),
        in.errorCode("code"),
        in.string("message"),
        GroupAssignment.decode(in));
  }

  @Override
  public Api api() {
    return Api.GROUP_CHANGED;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.string(member);
    out.u16(code.code());
    out.string(message);
    assignment.encode(out);
  }
}
