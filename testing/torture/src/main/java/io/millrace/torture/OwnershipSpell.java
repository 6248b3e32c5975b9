package io.millrace.torture;

import java.util.ArrayList;
import java.util.List;

/**
 * A time in which a member owned a partition, as far as its application knew, and the events that
 * the member was handed in it.
 */
final class OwnershipSpell {

  /** How a spell has ended. */
  enum End {
    /** The member gave the partition up, or closed. */
    GIVEN_UP,
    /** The member heard that it does not own the partition any more. */
    LOST,
    /** The process was killed, or has failed. */
    DIED
  }

  private final MemberHistory member;
  private final String memberId;
  private final int partition;
  private final long startNanos;
  private final List<MemberRecord.Processed> processed = new ArrayList<>();
  private long endNanos = Long.MAX_VALUE;
  private End end = End.DIED;
  private boolean idOwnsMoreLater;

  private OwnershipSpell(MemberHistory member, String memberId, int partition, long startNanos) {
    this.member = member;
    this.memberId = memberId;
    this.partition = partition;
    this.startNanos = startNanos;
  }

  /**
   * The spells of a member.
   *
   * @param orphans gets the events that the member was handed without owning their partition
   */
  static List<OwnershipSpell> of(MemberHistory member, List<MemberRecord.Processed> orphans) {
    List<OwnershipSpell> spells = new ArrayList<>();
    for (MemberRecord each : member.records()) {
      if (each instanceof MemberRecord.Assigned assigned) {
        for (OwnershipSpell spell : spells) {
          spell.idOwnsMoreLater |= spell.isOver() && spell.memberId.equals(assigned.member());
        }
        for (int partition : assigned.partitions()) {
          spells.add(new OwnershipSpell(member, assigned.member(), partition, assigned.nanos()));
        }
      } else if (each instanceof MemberRecord.Revoked revoked) {
        end(spells, revoked.partitions(), revoked.nanos(), End.GIVEN_UP);
      } else if (each instanceof MemberRecord.Lost lost) {
        end(spells, lost.partitions(), lost.nanos(), End.LOST);
      } else if (each instanceof MemberRecord.Processed event) {
        add(spells, event, orphans);
      }
    }
    return spells;
  }

  private static void end(
      List<OwnershipSpell> spells, List<Integer> partitions, long nanos, End end) {
    for (OwnershipSpell spell : spells) {
      if (!spell.isOver() && partitions.contains(spell.partition)) {
        spell.endNanos = nanos;
        spell.end = end;
      }
    }
  }

  /**
   * Handlers run beside the listener: one that has begun may write its event after the partition
   * was lost.
   */
  private static void add(
      List<OwnershipSpell> spells,
      MemberRecord.Processed event,
      List<MemberRecord.Processed> orphans) {
    for (int i = spells.size() - 1; i >= 0; i--) {
      OwnershipSpell spell = spells.get(i);
      if (spell.partition == event.partition()) {
        if (!spell.isOver() || spell.end == End.LOST && spell.member.threads() > 0) {
          spell.processed.add(event);
          return;
        }
        break;
      }
    }
    orphans.add(event);
  }

  private boolean isOver() {
    return endNanos != Long.MAX_VALUE;
  }

  int partition() {
    return partition;
  }

  long startNanos() {
    return startNanos;
  }

  /** {@link Long#MAX_VALUE} if the member did not hear of the end. */
  long endNanos() {
    return endNanos;
  }

  End end() {
    return end;
  }

  /** Threads of handlers; 0: the member polled. */
  int threads() {
    return member.threads();
  }

  /** Whether the broker gave more partitions to the same member id after the end. */
  boolean idOwnsMoreLater() {
    return idOwnsMoreLater;
  }

  /** In the order in which they were written. */
  List<MemberRecord.Processed> processed() {
    return processed;
  }

  @Override
  public String toString() {
    return "member " + member.number() + " (" + memberId + ")";
  }
}
