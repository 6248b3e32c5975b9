package io.millrace.protocol.wire;

/**
 * Deletes a group without members, with its positions.
 *
 * @param group name of the group
 */
public record DeleteGroupRequest(String group) implements Request {

  static DeleteGroupRequest decode(WireReader in) {
    return new DeleteGroupRequest(in.string("group"));
  }

  @Override
  public Api api() {
    return Api.DELETE_GROUP;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
  }
}
