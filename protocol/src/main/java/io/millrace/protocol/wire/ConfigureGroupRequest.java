package io.millrace.protocol.wire;

/**
 * Sets after which time the positions of a group without members expire.
 *
 * @param group name of the group
 * @param offsetRetentionMicros time since the last member left and since the commit; 0: never
 */
public record ConfigureGroupRequest(String group, long offsetRetentionMicros) implements Request {

  static ConfigureGroupRequest decode(WireReader in) {
    return new ConfigureGroupRequest(in.string("group"), in.i64("offsetRetentionMicros"));
  }

  @Override
  public Api api() {
    return Api.CONFIGURE_GROUP;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.i64(offsetRetentionMicros);
  }
}
