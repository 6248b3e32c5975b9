package io.millrace.group;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A program that is a member of a group, or believes to be one. */
final class SimClient {

  final String group;
  final String staticName;
  final long sessionTimeoutMicros;
  final Map<PartitionId, Long> positions = new HashMap<>();

  /** What it processes: the truth, whatever the group believes. */
  final Set<PartitionId> owned = new HashSet<>();

  /** What the coordinator wants it to drop, and it has not dropped. */
  final Set<PartitionId> toDrop = new HashSet<>();

  MemberSubscription subscription;
  String member;

  /** Rises with each new join: answers to requests of an earlier life are not for it. */
  int life;

  /** The epoch of the newest assignment; 0: the answer to its join has not come. */
  long epoch;

  boolean paused;
  boolean ended;
  long nextBeatAt;

  SimClient(
      String group,
      String member,
      String staticName,
      long sessionTimeoutMicros,
      MemberSubscription subscription) {
    this.group = group;
    this.member = member;
    this.staticName = staticName;
    this.sessionTimeoutMicros = sessionTimeoutMicros;
    this.subscription = subscription;
  }

  /** The message that it sends as a sign of life. */
  Command signOfLife(Optional<Assignor> assignor) {
    if (epoch == 0) {
      return new Command.Join(
          group,
          member,
          new MemberSettings(staticName, "sim", "127.0.0.1", sessionTimeoutMicros, 0),
          subscription,
          assignor);
    }
    return new Command.Beat(
        group,
        member,
        epoch,
        Set.copyOf(owned),
        Optional.empty(),
        Optional.of(subscription),
        staticName);
  }

  Command commit(List<Command.Position> positions) {
    return new Command.Commit(group, member, epoch, positions);
  }

  void adopt(Reply.Assignment assignment) {
    if (assignment.epoch() < epoch) {
      return;
    }
    if (assignment.epoch() > epoch) {
      epoch = assignment.epoch();
      for (PartitionId partition : assignment.assigned()) {
        if (owned.add(partition)) {
          positions.remove(partition);
        }
      }
    }
    Set<PartitionId> known = new HashSet<>(assignment.assigned());
    known.addAll(assignment.releasing());
    owned.retainAll(known);
    toDrop.clear();
    toDrop.addAll(assignment.releasing());
    toDrop.retainAll(owned);
  }

  void drop(PartitionId partition) {
    owned.remove(partition);
    toDrop.remove(partition);
  }

  /** Forgets its membership. */
  void rejoinAs(String newMember) {
    owned.clear();
    toDrop.clear();
    epoch = 0;
    life++;
    member = newMember;
  }
}
