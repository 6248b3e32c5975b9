package io.millrace.core;

import io.millrace.group.Reply;
import io.millrace.protocol.EpochMicros;
import io.millrace.protocol.LagReason;
import io.millrace.protocol.Quoted;
import java.util.Optional;

/** Finds why a group lags: the first reason that holds, in the order of {@link LagReason}. */
final class GroupLagReasons {

  /** A member that has events and does not ask for more in this time is not polling. */
  static final long POLL_MICROS = 30_000_000;

  /** Events that are not older than this are no lag. */
  static final long LAG_MICROS = 1_000_000;

  /** An event at which delivery has begun this often is suspect. */
  static final int POISON_STARTS = 3;

  /** A filter in which less than one of this many events matches works for its few matches. */
  private static final int FEW_MATCH = 2;

  private static final long MICROS_PER_SECOND = 1_000_000;

  private GroupLagReasons() {}

  /** A reason, and what to tell people. */
  record Explained(LagReason reason, String text) {}

  static Explained of(GroupLagFacts facts) {
    Optional<Reply.MemberView> owner = facts.owner();
    if (owner.isEmpty()) {
      return new Explained(LagReason.NO_MEMBER, noMember(facts));
    }
    if (!facts.view().next().isEmpty()) {
      return new Explained(LagReason.MOVING, moving(facts));
    }
    if (!facts.damage().isEmpty() || facts.position() < facts.start()) {
      return new Explained(LagReason.BLOCKED, blocked(facts));
    }
    return ofMember(facts, owner.get());
  }

  private static Explained ofMember(GroupLagFacts facts, Reply.MemberView owner) {
    if (facts.events() > 0) {
      if (owner.handedOut() > 0 && owner.sinceProgressMicros() >= POLL_MICROS) {
        return new Explained(LagReason.NOT_POLLING, notPolling(owner));
      }
      if (facts.startsHere() >= POISON_STARTS) {
        return new Explained(LagReason.POISON, poison(facts));
      }
    }
    if (facts.events() == 0 || facts.micros() < LAG_MICROS) {
      return new Explained(LagReason.OK, "");
    }
    if (isSilent(owner)) {
      return new Explained(LagReason.NOT_POLLING, silent(owner));
    }
    return facts
        .subscription()
        .map(status -> ofSubscription(facts, owner, status))
        .orElseGet(() -> withoutSubscription(facts, owner));
  }

  private static Explained ofSubscription(
      GroupLagFacts facts, Reply.MemberView owner, SubscriptionStatus status) {
    if (status.credit() <= 0) {
      return new Explained(
          LagReason.NO_CREDIT,
          named(owner) + " has taken all that it asked for, and does not ask for more bytes");
    }
    if (status.overQuota()) {
      return new Explained(
          LagReason.QUOTA,
          "a read quota of the broker delays what it sends to the client of " + named(owner));
    }
    if (!status.writable()) {
      return new Explained(
          LagReason.SLOW_NETWORK,
          "the connection of " + named(owner) + " does not take what the broker sends");
    }
    if (status.reading()) {
      return new Explained(
          LagReason.BROKER, "the broker reads the events at " + status.nextOffset() + " from disk");
    }
    FilterCounts filter = status.filter();
    if (status.passedOverBytes() > 0 || FEW_MATCH * filter.matched() < filter.scanned()) {
      return new Explained(
          LagReason.FILTER,
          "of "
              + filter.scanned()
              + " events that the filter of "
              + named(owner)
              + " has tested, "
              + filter.matched()
              + " match; since it began, it has read "
              + filter.readBytes()
              + " bytes, and passed over "
              + filter.skippedBytes()
              + " bytes without reading them");
    }
    return busy(facts, owner);
  }

  private static Explained withoutSubscription(GroupLagFacts facts, Reply.MemberView owner) {
    boolean processes =
        owner.sinceProgressMicros() >= 0 && owner.sinceProgressMicros() < POLL_MICROS;
    return processes
        ? busy(facts, owner)
        : new Explained(
            LagReason.NOT_POLLING, named(owner) + " has not subscribed to the partition");
  }

  private static Explained busy(GroupLagFacts facts, Reply.MemberView owner) {
    return new Explained(
        LagReason.BUSY,
        String.format(
            "%s processes %.1f events/s, and %.1f events/s are appended",
            named(owner), facts.eventsOut(), facts.eventsIn()));
  }

  private static String noMember(GroupLagFacts facts) {
    Reply.Description group = facts.group();
    if (group.emptySinceMicros() == 0) {
      return "no member of the group reads the partition";
    }
    String since =
        "the group has no member since " + EpochMicros.toInstant(group.emptySinceMicros());
    return group.lastMember().isEmpty()
        ? since
        : since + "; the last was " + Quoted.text(group.lastMember());
  }

  private static String moving(GroupLagFacts facts) {
    return "member "
        + Quoted.text(facts.view().next())
        + " waits until "
        + Quoted.text(facts.view().owner())
        + " has dropped it";
  }

  private static String blocked(GroupLagFacts facts) {
    return facts.damage().isEmpty()
        ? "retention has deleted the events "
            + facts.position()
            + " to "
            + (facts.start() - 1)
            + " before they were processed"
        : facts.damage();
  }

  /** Whether a beat is late. A member sends three in its session timeout. */
  private static boolean isSilent(Reply.MemberView owner) {
    return owner.sinceBeatMicros() >= owner.settings().sessionTimeoutMicros() / 2;
  }

  private static String silent(Reply.MemberView owner) {
    return named(owner)
        + " has sent no beat for "
        + seconds(owner.sinceBeatMicros())
        + " s, and is removed after "
        + seconds(owner.settings().sessionTimeoutMicros())
        + " s; its process has ended or is suspended, or its network is away";
  }

  private static String seconds(long micros) {
    return String.format("%.1f", (double) micros / MICROS_PER_SECOND);
  }

  private static String notPolling(Reply.MemberView owner) {
    return named(owner)
        + " has got "
        + owner.handedOut()
        + " events and has not asked for more for "
        + owner.sinceProgressMicros() / MICROS_PER_SECOND
        + " s; its handler may be stuck";
  }

  private static String poison(GroupLagFacts facts) {
    return "the event at offset "
        + facts.position()
        + " was handed out "
        + facts.startsHere()
        + " times and not committed; it may make the handler fail";
  }

  private static String named(Reply.MemberView owner) {
    return "member " + Quoted.text(owner.member());
  }
}
