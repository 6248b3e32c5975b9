package io.millrace.group;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * One member for each topic: the one that has partitions already, else the one that joined first.
 * With equal subscriptions one member has everything.
 */
final class SingleActiveAssignment {

  private SingleActiveAssignment() {}

  /** The target of each claim, in the order of the claims. */
  static List<Set<PartitionId>> assign(List<Claim> claims, List<GroupTopic> topics) {
    List<Integer> order = new ArrayList<>();
    List<Set<PartitionId>> targets = new ArrayList<>();
    for (int i = 0; i < claims.size(); i++) {
      order.add(i);
      targets.add(new HashSet<>());
    }
    order.sort(
        Comparator.comparing((Integer i) -> claims.get(i).target().isEmpty())
            .thenComparing(i -> claims.get(i).member().joinEpoch())
            .thenComparing(i -> i));
    for (GroupTopic topic : topics) {
      int active = firstThatWants(topic.id(), claims, order);
      for (int partition = 0; active >= 0 && partition < topic.partitions(); partition++) {
        targets.get(active).add(new PartitionId(topic.id(), partition));
      }
    }
    return targets;
  }

  private static int firstThatWants(UUID topic, List<Claim> claims, List<Integer> order) {
    for (int i : order) {
      if (claims.get(i).topics().contains(topic)) {
        return i;
      }
    }
    return -1;
  }
}
