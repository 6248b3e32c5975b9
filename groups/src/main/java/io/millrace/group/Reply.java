package io.millrace.group;

import io.millrace.group.queue.QueueRules;
import io.millrace.group.queue.TakenEvent;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.Quoted;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** An answer of a {@link GroupMachine}. It leaves when the records before it are durable. */
public sealed interface Reply {

  /** The request is done; there is nothing to say. */
  record Done() implements Reply {}

  /**
   * What a member may own. Of two answers, the one with the higher epoch is the newer one; a member
   * ignores an older one. For one epoch {@code assigned} is always the same, and {@code releasing}
   * only gets smaller.
   *
   * @param assigned partitions that the member owns
   * @param releasing partitions that the member must drop: it finishes or abandons what it has,
   *     commits, and leaves them out of the owned partitions of its next beat
   * @param subscriptionVersion version of the subscription that the group uses
   * @param beatIntervalMicros time between two beats
   */
  record Assignment(
      long epoch,
      MemberState state,
      Set<PartitionId> assigned,
      Set<PartitionId> releasing,
      int subscriptionVersion,
      long beatIntervalMicros)
      implements Reply {}

  /** What became of each partition of a commit or reset, in the order of the request. */
  record Committed(List<Outcome> outcomes) implements Reply {}

  /**
   * What became of one position.
   *
   * @param error {@code NONE}, or why nothing changed
   * @param message for people; empty without an error
   * @param committed the position that the group has now, if it has one
   * @param owner the member that owns the partition now; empty: none, or not asked for
   */
  record Outcome(
      PartitionId partition,
      ErrorCode error,
      String message,
      Optional<CommittedOffset> committed,
      String owner) {}

  /** Positions; partitions without one are not in the list. */
  record Offsets(List<PartitionOffset> offsets) implements Reply {}

  /** The position of one partition. */
  record PartitionOffset(PartitionId partition, CommittedOffset committed) {}

  /** All groups, by name. */
  record Groups(List<Summary> groups) implements Reply {}

  /**
   * One line of a list of groups.
   *
   * @param members members, or consumers of a queue
   * @param offsets partitions with a position, or partitions of which the queue has a state
   * @param emptySinceMicros when the last member went; 0: it has members, or is a queue
   */
  record Summary(
      String group,
      GroupType kind,
      Assignor assignor,
      int members,
      int offsets,
      long emptySinceMicros) {}

  /**
   * A group for people.
   *
   * @param epoch rises with each change of members, subscriptions, topics or assignments
   * @param emptySinceMicros when the last member went, in microseconds since 1970-01-01; 0: the
   *     group has members
   * @param lastMember the member that went last; empty if the group has members or never had one
   */
  record Description(
      String group,
      long epoch,
      Assignor assignor,
      long offsetRetentionMicros,
      long emptySinceMicros,
      String lastMember,
      List<MemberView> members,
      List<PartitionView> partitions)
      implements Reply {}

  /**
   * A member for people.
   *
   * @param sinceBeatMicros microseconds since its last beat
   * @param away it left and said that it comes back
   * @param sinceProgressMicros microseconds since its application last processed; -1: not reported
   * @param handedOut events that its application has got and not finished
   */
  record MemberView(
      String member,
      MemberSettings settings,
      MemberSubscription subscription,
      MemberState state,
      long epoch,
      Set<PartitionId> assigned,
      Set<PartitionId> releasing,
      Set<PartitionId> target,
      long sinceBeatMicros,
      boolean away,
      long sinceProgressMicros,
      long handedOut) {}

  /**
   * A partition of a group, for people.
   *
   * @param owner the member that has it; empty: none
   * @param next the member that waits for it; empty: it does not move
   */
  record PartitionView(
      PartitionId partition, String owner, String next, Optional<CommittedOffset> committed) {}

  /**
   * The queue is open.
   *
   * @param continued the consumer was open or away, and has its locks
   * @param settings the settings of the queue now
   */
  record QueueOpened(boolean continued, QueueRules settings) implements Reply {}

  /**
   * Events that a queue consumer has now.
   *
   * @param lock number of the lock; no other one in this run of the broker has it
   * @param lockMicros time until the lock ends
   * @param events the events, by offset; empty: nothing can be taken now, and there is no lock
   * @param bytes the sizes of the events, as the queue was fed them
   * @param want what to feed the queue in this partition
   */
  record Taken(long lock, long lockMicros, List<TakenEvent> events, long bytes, QueueWant want)
      implements Reply {

    /** The number of no lock. */
    public static final long NO_LOCK = -1;
  }

  /** What became of each settlement, in the order of the request. */
  record Settled(List<SettleOutcome> outcomes) implements Reply {}

  /**
   * What became of one settlement.
   *
   * @param error {@code NONE}; {@code LOCK_LOST}: some events are not locked for this consumer any
   *     more, the others are settled; {@code INVALID_REQUEST}: nothing of it is done
   * @param message for people; empty without an error
   * @param lostOffset with {@code LOCK_LOST}: the first event that is not locked; otherwise -1
   */
  record SettleOutcome(ErrorCode error, String message, long lostOffset) {}

  /**
   * A queue for people.
   *
   * @param consumers by session
   * @param partitions by topic and number: all that have a state, and all of open topics
   */
  record QueueDescription(
      String group,
      QueueRules settings,
      List<QueueConsumerView> consumers,
      List<QueuePartitionView> partitions)
      implements Reply {}

  /**
   * A queue consumer for people.
   *
   * @param session the id is secret: show its first eight digits
   * @param locked events that it has now
   * @param sinceMicros microseconds since it opened the queue
   * @param sinceProgressMicros microseconds since it last took or settled an event
   * @param away its connection has ended
   */
  record QueueConsumerView(
      ConsumerSession session,
      UUID topic,
      String clientId,
      String host,
      int locked,
      long sinceMicros,
      long sinceProgressMicros,
      boolean away) {}

  /**
   * A queue in one partition, for people. Numbers of events count what the queue has been fed; if
   * nobody has the topic open, they count offsets, as the log of groups has them.
   *
   * @param start every event below it is done
   * @param next offset of the next event to feed; if nobody has the topic open, one past the last
   *     event of which something is stored
   * @param available events that can be handed out
   * @param locked events that consumers have
   * @param waiting events that wait for their next attempt
   * @param blocked events that wait for an earlier one of the same key
   * @param dying events whose dead letters are not written yet
   * @param attempts failed attempts of all events that are not done
   * @param deadLetters events that became dead letters, or were dropped instead, since the last
   *     reset
   * @param failing too many attempts fail: events are handed out one by one
   */
  record QueuePartitionView(
      PartitionId partition,
      long start,
      long next,
      int available,
      int locked,
      int waiting,
      int blocked,
      int dying,
      long attempts,
      long deadLetters,
      boolean failing) {}

  /**
   * The request was refused and changed nothing.
   *
   * @param message for people: what, where, the limit, and what to do
   */
  record Refusal(ErrorCode error, String message) implements Reply {

    public Refusal {
      Objects.requireNonNull(error, "error");
      Objects.requireNonNull(message, "message");
    }

    /** The refusal of a request that needs a group that exists. */
    public static Refusal unknownGroup(String group) {
      return new Refusal(
          ErrorCode.UNKNOWN_GROUP,
          "there is no group " + Quoted.text(group) + "; list the groups to see their names");
    }
  }
}
