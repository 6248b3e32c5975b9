package io.millrace.core;

import io.millrace.group.GroupMachine;
import io.millrace.group.PartitionId;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The guarded subscriptions of the groups of one shard. Owner thread. */
final class GroupFences {

  private final Map<String, Set<GroupFence>> byGroup = new HashMap<>();

  void add(GroupFence fence) {
    byGroup.computeIfAbsent(fence.claim().group(), group -> new LinkedHashSet<>()).add(fence);
  }

  void remove(GroupFence fence) {
    Set<GroupFence> ofGroup = byGroup.get(fence.claim().group());
    if (ofGroup != null && ofGroup.remove(fence) && ofGroup.isEmpty()) {
      byGroup.remove(fence.claim().group());
    }
  }

  /** The subscription with which a member reads a partition. */
  Optional<Subscription> find(String group, String member, PartitionId partition) {
    return byGroup.getOrDefault(group, Set.of()).stream()
        .filter(fence -> fence.claim().partition().equals(partition))
        .filter(fence -> fence.claim().member().equals(member))
        .flatMap(fence -> fence.subscription().stream())
        .findFirst();
  }

  private Collection<GroupFence> of(String group) {
    return List.copyOf(byGroup.getOrDefault(group, Set.of()));
  }

  /** A group may have changed: ends the subscriptions of members that lost their partition. */
  void check(String group, GroupMachine machine) {
    if (!byGroup.containsKey(group)) {
      return;
    }
    for (GroupFence fence : of(group)) {
      if (!owns(fence.claim(), machine)) {
        remove(fence);
        fence.end(stale(fence.claim()));
      }
    }
  }

  void checkAll(GroupMachine machine) {
    List.copyOf(byGroup.keySet()).forEach(group -> check(group, machine));
  }

  static boolean owns(GroupClaim claim, GroupMachine machine) {
    return machine.owns(claim.group(), claim.member(), claim.epoch(), claim.partition());
  }

  static BrokerException stale(GroupClaim claim) {
    return new BrokerException(
        ErrorCode.STALE_MEMBER,
        "member "
            + Quoted.text(claim.member())
            + " of group "
            + Quoted.text(claim.group())
            + " does not own partition "
            + claim.partition().partition()
            + " of topic "
            + claim.partition().topicId()
            + " at epoch "
            + claim.epoch()
            + "; send a beat to get the present assignment, and drop what is not in it");
  }
}
