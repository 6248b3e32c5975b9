package io.millrace.protocol.wire;

/**
 * A member of a group.
 *
 * @param member first 8 characters of the id of the member
 * @param staticName its static name; empty: none
 * @param clientId name of its client
 * @param host address of its client
 * @param sessionTimeoutMicros it is removed after this time without a beat
 * @param maxProcessingMicros it is removed if it holds events and does not process for this time;
 *     0: never
 * @param subscription the topics that it wants to read
 * @param state where it is between what it has and what it shall have
 * @param epoch its epoch
 * @param assigned number of partitions that it owns
 * @param releasing number of partitions that it must drop
 * @param target number of partitions that it shall have
 * @param sinceBeatMicros time since its last beat
 * @param away it left and said that it comes back
 * @param sinceProgressMicros time since its application last processed; -1: not reported
 * @param handedOut events that its application has got and not finished
 */
public record GroupMemberInfo(
    String member,
    String staticName,
    String clientId,
    String host,
    long sessionTimeoutMicros,
    long maxProcessingMicros,
    GroupSubscription subscription,
    GroupMemberState state,
    long epoch,
    int assigned,
    int releasing,
    int target,
    long sinceBeatMicros,
    boolean away,
    long sinceProgressMicros,
    long handedOut) {

  static final int MIN_BYTES =
      WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + WireReader.MIN_STRING_BYTES
          + 8
          + 8
          + GroupSubscription.MIN_BYTES
          + 1
          + 8
          + 4
          + 4
          + 4
          + 8
          + 1
          + 8
          + 8;

  static GroupMemberInfo decode(WireReader in) {
    return new GroupMemberInfo(
        in.string("member"),
        in.string("staticName"),
        in.string("clientId"),
        in.string("host"),
        in.i64("sessionTimeoutMicros"),
        in.i64("maxProcessingMicros"),
        GroupSubscription.decode(in),
        in.oneOf("state", GroupMemberState::ofCode),
        in.i64("epoch"),
        in.i32("assigned"),
        in.i32("releasing"),
        in.i32("target"),
        in.i64("sinceBeatMicros"),
        in.bool("away"),
        in.i64("sinceProgressMicros"),
        in.i64("handedOut"));
  }

  void encode(WireWriter out) {
    out.string(member);
    out.string(staticName);
    out.string(clientId);
    out.string(host);
    out.i64(sessionTimeoutMicros);
    out.i64(maxProcessingMicros);
    subscription.encode(out);
    out.u8(state.code());
    out.i64(epoch);
    out.i32(assigned);
    out.i32(releasing);
    out.i32(target);
    out.i64(sinceBeatMicros);
    out.bool(away);
    out.i64(sinceProgressMicros);
    out.i64(handedOut);
  }
}
