package io.millrace.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Distributes partitions evenly and moves few of them. One run, one thread.
 *
 * <p>If all members want the same topics, every member gets the same number of partitions, give or
 * take one. No assignment with this property takes fewer partitions away from the targets that the
 * members have. Members give away partitions of the topic of which they have most, and partitions
 * are dealt out topic after topic, so that topics are spread too. Time: members + partitions, and a
 * logarithm for sorting.
 *
 * <p>If members want different topics, partitions move until no single move makes two members more
 * equal.
 *
 * <p>A partition without an owner goes back to the member that still holds it, if that member has
 * room: then nothing moves. The result of a second run is the result of the first one.
 */
final class BalancedAssignment {

  private final List<Claim> claims;
  private final List<GroupTopic> topics;
  private final List<Set<PartitionId>> targets = new ArrayList<>();

  /** Partitions that have no owner yet. */
  private List<PartitionId> pool = new ArrayList<>();

  private BalancedAssignment(List<Claim> claims, List<GroupTopic> topics) {
    this.claims = claims;
    this.topics = topics;
  }

  /**
   * The target of each claim, in the order of the claims.
   *
   * @param topics the topics that at least one member wants, in an order that does not change
   */
  static List<Set<PartitionId>> assign(List<Claim> claims, List<GroupTopic> topics) {
    BalancedAssignment run = new BalancedAssignment(claims, topics);
    run.keepTargets();
    if (run.allWantTheSame()) {
      run.assignEvenly();
    } else {
      run.assignByWishes();
    }
    return run.targets;
  }

  private void keepTargets() {
    Map<UUID, Integer> partitions = new HashMap<>();
    topics.forEach(topic -> partitions.put(topic.id(), topic.partitions()));
    Set<PartitionId> taken = new HashSet<>();
    for (Claim claim : claims) {
      Set<PartitionId> kept = new HashSet<>();
      for (PartitionId partition : claim.target()) {
        int count = partitions.getOrDefault(partition.topicId(), 0);
        if (partition.partition() < count && claim.wants(partition) && taken.add(partition)) {
          kept.add(partition);
        }
      }
      targets.add(kept);
    }
    for (GroupTopic topic : topics) {
      for (int i = 0; i < topic.partitions(); i++) {
        PartitionId partition = new PartitionId(topic.id(), i);
        if (!taken.contains(partition)) {
          pool.add(partition);
        }
      }
    }
  }

  private boolean allWantTheSame() {
    return claims.stream().allMatch(claim -> claim.topics().equals(claims.get(0).topics()));
  }

  private void assignEvenly() {
    int total = topics.stream().mapToInt(GroupTopic::partitions).sum();
    int least = total / claims.size();
    Quotas quotas = new Quotas(least, total % claims.size());
    for (int i = 0; i < claims.size(); i++) {
      int excess = size(i) - least;
      if (excess > 0) {
        shed(i, quotas.takeExtra(i) ? excess - 1 : excess);
      }
    }
    pool.sort(null);
    returnToHolders(quotas);
    deal(least);
    deal(least + 1);
  }

  /** Gives partitions of the pool in turn to members that have fewer than {@code limit}. */
  private void deal(int limit) {
    Deque<Integer> members = new ArrayDeque<>();
    for (int i = 0; i < claims.size(); i++) {
      if (size(i) < limit) {
        members.add(i);
      }
    }
    int dealt = 0;
    while (dealt < pool.size() && !members.isEmpty()) {
      int member = members.poll();
      targets.get(member).add(pool.get(dealt++));
      if (size(member) < limit) {
        members.add(member);
      }
    }
    pool = pool.subList(dealt, pool.size());
  }

  private void shed(int member, int count) {
    ShedOrder order = new ShedOrder(claims.get(member).member(), targets.get(member));
    for (int i = 0; i < count; i++) {
      take(member, order.next());
    }
  }

  private void take(int member, PartitionId partition) {
    targets.get(member).remove(partition);
    pool.add(partition);
  }

  /**
   * Gives partitions of the pool to the members that hold them now, as far as their shares allow.
   */
  private void returnToHolders(Quotas quotas) {
    Map<PartitionId, Integer> holders = holders();
    List<PartitionId> rest = new ArrayList<>();
    for (PartitionId partition : pool) {
      Integer holder = holders.get(partition);
      if (holder != null && claims.get(holder).wants(partition) && quotas.hasRoom(holder)) {
        targets.get(holder).add(partition);
      } else {
        rest.add(partition);
      }
    }
    pool = rest;
  }

  /** Who holds the partitions of the pool now. */
  private Map<PartitionId, Integer> holders() {
    Set<PartitionId> free = new HashSet<>(pool);
    Map<PartitionId, Integer> holders = new HashMap<>();
    for (int i = 0; i < claims.size() && !free.isEmpty(); i++) {
      noteHolder(i, claims.get(i).member().assigned().keySet(), free, holders);
      noteHolder(i, claims.get(i).member().releasing().keySet(), free, holders);
    }
    return holders;
  }

  private static void noteHolder(
      int member, Set<PartitionId> held, Set<PartitionId> free, Map<PartitionId, Integer> holders) {
    for (PartitionId partition : held) {
      if (free.remove(partition)) {
        holders.put(partition, member);
      }
    }
  }

  private void assignByWishes() {
    returnToHolders(new Quotas(Integer.MAX_VALUE, 0));
    Map<UUID, List<Integer>> wanting = new HashMap<>();
    for (int i = 0; i < claims.size(); i++) {
      for (UUID topic : claims.get(i).topics()) {
        wanting.computeIfAbsent(topic, id -> new ArrayList<>()).add(i);
      }
    }
    Map<UUID, List<PartitionId>> free = new HashMap<>();
    pool.forEach(
        partition ->
            free.computeIfAbsent(partition.topicId(), id -> new ArrayList<>()).add(partition));
    List<GroupTopic> fewestFirst = new ArrayList<>(topics);
    fewestFirst.sort(Comparator.comparingInt(topic -> wanting.get(topic.id()).size()));
    for (GroupTopic topic : fewestFirst) {
      PriorityQueue<Integer> smallest = new PriorityQueue<>(bySize());
      smallest.addAll(wanting.get(topic.id()));
      for (PartitionId partition : free.getOrDefault(topic.id(), List.of())) {
        int member = smallest.poll();
        targets.get(member).add(partition);
        smallest.add(member);
      }
    }
    balance(fewestFirst, wanting);
  }

  /** Each move makes the sum of the squares of the sizes smaller, so that this ends. */
  private void balance(List<GroupTopic> order, Map<UUID, List<Integer>> wanting) {
    Map<UUID, Map<Integer, Deque<PartitionId>>> parts = new HashMap<>();
    for (int i = 0; i < claims.size(); i++) {
      List<PartitionId> sorted = new ArrayList<>(targets.get(i));
      sorted.sort(null);
      for (PartitionId partition : sorted) {
        parts
            .computeIfAbsent(partition.topicId(), id -> new HashMap<>())
            .computeIfAbsent(i, id -> new ArrayDeque<>())
            .add(partition);
      }
    }
    boolean moved = true;
    while (moved) {
      moved = false;
      for (GroupTopic topic : order) {
        moved |= balance(parts.get(topic.id()), wanting.get(topic.id()));
      }
    }
  }

  private boolean balance(Map<Integer, Deque<PartitionId>> owners, List<Integer> wanting) {
    TreeSet<Integer> all = new TreeSet<>(bySize());
    all.addAll(wanting);
    TreeSet<Integer> owning = new TreeSet<>(bySize());
    owning.addAll(owners.keySet());
    boolean moved = false;
    while (size(owning.last()) - size(all.first()) > 1) {
      int from = owning.pollLast();
      int to = all.pollFirst();
      all.remove(from);
      owning.remove(to);
      PartitionId partition = owners.get(from).pollLast();
      targets.get(from).remove(partition);
      targets.get(to).add(partition);
      owners.computeIfAbsent(to, id -> new ArrayDeque<>()).addLast(partition);
      if (owners.get(from).isEmpty()) {
        owners.remove(from);
      } else {
        owning.add(from);
      }
      owning.add(to);
      all.add(from);
      all.add(to);
      moved = true;
    }
    return moved;
  }

  private Comparator<Integer> bySize() {
    return Comparator.<Integer>comparingInt(this::size).thenComparing(i -> i);
  }

  private int size(int member) {
    return targets.get(member).size();
  }

  /** How many partitions each member may have: {@code least}, and one more for some. */
  private final class Quotas {

    private final int least;
    private final Set<Integer> withExtra = new HashSet<>();
    private int extras;

    Quotas(int least, int extras) {
      this.least = least;
      this.extras = extras;
    }

    /** Lets a member have one more, if there is one left. */
    boolean takeExtra(int member) {
      if (extras == 0) {
        return false;
      }
      extras--;
      return withExtra.add(member);
    }

    boolean hasRoom(int member) {
      if (size(member) < least) {
        return true;
      }
      return size(member) == least && !withExtra.contains(member) && takeExtra(member);
    }
  }
}
