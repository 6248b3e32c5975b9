package io.millrace.core;

import io.millrace.group.GroupMachine;
import io.millrace.group.PartitionId;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The guarded subscriptions of the groups of one shard, by group and partition. A partition has one
 * in general, and two while it moves. Owner thread.
 */
final class GroupFences {

  private final Map<String, Map<PartitionId, List<GroupFence>>> byGroup = new HashMap<>();

  void add(GroupFence fence) {
    byGroup
        .computeIfAbsent(fence.claim().group(), group -> new LinkedHashMap<>())
        .computeIfAbsent(fence.claim().partition(), partition -> new ArrayList<>(1))
        .add(fence);
  }

  void remove(GroupFence fence) {
    GroupClaim claim = fence.claim();
    Map<PartitionId, List<GroupFence>> ofGroup = byGroup.getOrDefault(claim.group(), Map.of());
    List<GroupFence> ofPartition = ofGroup.get(claim.partition());
    if (ofPartition == null) {
      return;
    }
    ofPartition.remove(fence);
    if (ofPartition.isEmpty()) {
      ofGroup.remove(claim.partition());
      if (ofGroup.isEmpty()) {
        byGroup.remove(claim.group());
      }
    }
  }

  /** The subscription with which a member reads a partition. */
  Optional<Subscription> find(String group, String member, PartitionId partition) {
    return byGroup.getOrDefault(group, Map.of()).getOrDefault(partition, List.of()).stream()
        .filter(fence -> fence.claim().member().equals(member))
        .flatMap(fence -> fence.subscription().stream())
        .findFirst();
  }

  /** A group may have changed: ends the subscriptions of members that lost their partition. */
  void check(String group, GroupMachine machine) {
    List<GroupFence> ended = new ArrayList<>();
    for (List<GroupFence> ofPartition : byGroup.getOrDefault(group, Map.of()).values()) {
      for (GroupFence fence : ofPartition) {
        if (!owns(fence.claim(), machine)) {
          ended.add(fence);
        }
      }
    }
    ended.forEach(this::remove);
    ended.forEach(fence -> fence.end(stale(fence.claim())));
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
