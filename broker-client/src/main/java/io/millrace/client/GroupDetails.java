package io.millrace.client;

import io.millrace.protocol.LagReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The state of a group.
 *
 * @param name the name of the group
 * @param epoch rises with each change of members, topics or assignments
 * @param singleActive whether one member at a time owns all partitions
 * @param offsetRetention after which time without members positions expire; empty: never
 * @param emptySince when the last member went; empty while there are members
 * @param lastMember the member that went last; empty: none
 * @param members the members, sorted by id
 * @param partitions the partitions that have an owner or a position, sorted by topic and number
 * @param queue the state of a {@linkplain QueueConsumer queue}; empty: the group is none
 */
public record GroupDetails(
    String name,
    long epoch,
    boolean singleActive,
    Optional<Duration> offsetRetention,
    Optional<Instant> emptySince,
    Optional<String> lastMember,
    List<Member> members,
    List<Partition> partitions,
    Optional<QueueDetails> queue) {

  public GroupDetails {
    members = List.copyOf(members);
    partitions = List.copyOf(partitions);
  }

  /** Where a member is between the partitions that it has and those that it shall have. */
  public enum MemberState {
    /** It has what it shall have. */
    STABLE,
    /** It must give up partitions. */
    RELEASING,
    /** It waits for partitions that others must give up. */
    WAITING
  }

  /**
   * A member.
   *
   * @param id the first 8 characters of the id of the member
   * @param staticName its static name; empty: none
   * @param clientId the name of its client
   * @param host the address of its client
   * @param sessionTimeout it is removed after this time without a beat
   * @param maxProcessingTime it is removed if it holds events and does not process for this time;
   *     empty: never
   * @param topics the names of topics that it reads
   * @param pattern reads all topics that match; empty: none
   * @param state whether partitions move from it or to it
   * @param assigned the number of partitions that it owns
   * @param releasing the number of partitions that it must give up
   * @param target the number of partitions that it shall have
   * @param sinceBeat the time since its last beat
   * @param away whether it left and comes back
   * @param sinceProgress the time since its application last took or finished events; empty: not
   *     reported
   * @param handedOut events that its application has got and not finished
   */
  public record Member(
      String id,
      Optional<String> staticName,
      String clientId,
      String host,
      Duration sessionTimeout,
      Optional<Duration> maxProcessingTime,
      List<String> topics,
      Optional<String> pattern,
      MemberState state,
      int assigned,
      int releasing,
      int target,
      Duration sinceBeat,
      boolean away,
      Optional<Duration> sinceProgress,
      long handedOut) {}

  /**
   * A partition.
   *
   * @param topic the name of the topic
   * @param partition the number of the partition, from 0
   * @param owner the first 8 characters of the id of the member that has it; empty: none
   * @param next the same of the member that waits for it; empty: it does not move
   * @param position the offset of the next event to process; empty: none is committed
   * @param committedAt when the position was committed
   * @param start the offset of the first event kept
   * @param end one past the last durable event
   * @param lag how far the group is behind
   */
  public record Partition(
      String topic,
      int partition,
      Optional<String> owner,
      Optional<String> next,
      OptionalLong position,
      Optional<Instant> committedAt,
      long start,
      long end,
      Lag lag) {}

  /**
   * How far a group is behind in a partition, and why.
   *
   * @param events events between the position, or the start without one, and the end
   * @param time the time since the append of the event at the position; zero without a lag
   * @param eventsInPerSecond the rate of appends
   * @param eventsOutPerSecond the rate at which the position moves
   * @param catchUp the time until the lag is zero at these rates; empty: never
   * @param reason why it lags
   * @param text the reason in words
   */
  public record Lag(
      long events,
      Duration time,
      double eventsInPerSecond,
      double eventsOutPerSecond,
      Optional<Duration> catchUp,
      LagReason reason,
      String text) {}
}
