package io.millrace.protocol.wire;

/**
 * Adds a member to a group; creates the group if it does not exist. A repeated request changes
 * nothing.
 *
 * @param group name of the group
 * @param member id of the member, made up by the client; nobody else has used it
 * @param staticName a name that outlives a restart of the client; empty: none
 * @param sessionTimeoutMicros the member is removed after this time without a beat
 * @param maxProcessingMicros the member is removed if it holds events and does not process for this
 *     time; 0: never
 * @param assignor how the group distributes its partitions
 * @param subscription the topics to read
 * @param filter the condition on events with which the member will subscribe its partitions; empty:
 *     none. The broker only refuses it if it is no filter
 */
public record JoinGroupRequest(
    String group,
    String member,
    String staticName,
    long sessionTimeoutMicros,
    long maxProcessingMicros,
    GroupAssignor assignor,
    GroupSubscription subscription,
    String filter)
    implements Request {

  /** A member without a filter. */
  public JoinGroupRequest(
      String group,
      String member,
      String staticName,
      long sessionTimeoutMicros,
      long maxProcessingMicros,
      GroupAssignor assignor,
      GroupSubscription subscription) {
    this(
        group,
        member,
        staticName,
        sessionTimeoutMicros,
        maxProcessingMicros,
        assignor,
        subscription,
        "");
  }

  static JoinGroupRequest decode(WireReader in) {
    return new JoinGroupRequest(
        in.string("group"),
        in.string("member"),
        in.string("staticName"),
        in.i64("sessionTimeoutMicros"),
        in.i64("maxProcessingMicros"),
        in.oneOf("assignor", GroupAssignor::ofCode),
        GroupSubscription.decode(in),
        in.string("filter"));
  }

  @Override
  public Api api() {
    return Api.JOIN_GROUP;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.string(member);
    out.string(staticName);
    out.i64(sessionTimeoutMicros);
    out.i64(maxProcessingMicros);
    out.u8(assignor.code());
    subscription.encode(out);
    out.string(filter);
  }
}
