package io.millrace.group;

import io.millrace.protocol.ErrorCode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

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

  /** One line of a list of groups. */
  record Summary(
      String group, Assignor assignor, int members, int offsets, long emptySinceMicros) {}

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
   * The request was refused and changed nothing.
   *
   * @param message for people: what, where, the limit, and what to do
   */
  record Refusal(ErrorCode error, String message) implements Reply {

    public Refusal {
      Objects.requireNonNull(error, "error");
      Objects.requireNonNull(message, "message");
    }
  }
}
