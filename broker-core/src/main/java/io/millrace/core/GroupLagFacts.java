package io.millrace.core;

import io.millrace.group.Reply;
import java.util.Optional;

/**
 * What is known of a partition that a group reads, from which {@link GroupLagReasons} finds the
 * reason.
 *
 * @param group the group
 * @param view its partition
 * @param start offset of the first event that is kept
 * @param events events that are not processed
 * @param micros time since the append of the first of them
 * @param damage what is damaged at the position; empty: nothing
 * @param eventsIn events per second
 * @param eventsOut events per second
 * @param startsHere how often delivery has begun at the position
 * @param subscription that of the owner; empty: it has none
 */
record GroupLagFacts(
    Reply.Description group,
    Reply.PartitionView view,
    long start,
    long events,
    long micros,
    String damage,
    double eventsIn,
    double eventsOut,
    int startsHere,
    Optional<SubscriptionStatus> subscription) {

  /** The member that has the partition. */
  Optional<Reply.MemberView> owner() {
    return group.members().stream()
        .filter(member -> member.member().equals(view.owner()))
        .findFirst();
  }

  /** The offset from which the group continues. */
  long position() {
    return view.committed().map(committed -> committed.offset()).orElse(start);
  }
}
