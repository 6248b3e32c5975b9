package io.millrace.protocol.wire;

import java.util.List;

/**
 * Says that a member of a group lives, and what it owns.
 *
 * @param group name of the group
 * @param member id of the member
 * @param epoch epoch of the newest assignment that the member has taken over
 * @param staticName the static name of the member; empty: none
 * @param owned all partitions that the member has not dropped
 * @param progressSinceMicros time since the application last took or finished events; -1: not
 *     reported
 * @param handedOut events that the application has got and not finished
 * @param subscription the new subscription, or {@link GroupSubscription#UNCHANGED}
 */
public record GroupBeatRequest(
    String group,
    String member,
    long epoch,
    String staticName,
    List<TopicPartition> owned,
    long progressSinceMicros,
    long handedOut,
    GroupSubscription subscription)
    implements Request {

  public GroupBeatRequest {
    owned = List.copyOf(owned);
  }

  static GroupBeatRequest decode(WireReader in) {
    return new GroupBeatRequest(
        in.string("group"),
        in.string("member"),
        in.i64("epoch"),
        in.string("staticName"),
        in.longList("owned", TopicPartition.MIN_BYTES, TopicPartition::decode),
        in.i64("progressSinceMicros"),
        in.i64("handedOut"),
        GroupSubscription.decode(in));
  }

  @Override
  public Api api() {
    return Api.GROUP_BEAT;
  }

  @Override
  public void encode(WireWriter out) {
    out.string(group);
    out.string(member);
    out.i64(epoch);
    out.string(staticName);
    out.longList(owned, TopicPartition::encode);
    out.i64(progressSinceMicros);
    out.i64(handedOut);
    subscription.encode(out);
  }
}
