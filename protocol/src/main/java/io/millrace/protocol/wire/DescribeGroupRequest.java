package io.millrace.protocol.wire;

/**
 * Requests the members, positions and lag of a group.
 *
 * @param group name of the group
 */
public record DescribeGroupRequest(String group) implements Request {

  static DescribeGroupRequest decode(WireReader in) {
    return new DescribeGroupRequest(in.string("group"));
  }

  @Override
  public Api api() {
    return Api.DESCRIBE_GROUP;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
  }
}
