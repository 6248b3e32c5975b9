package io.millrace.group;

import io.millrace.group.queue.QueueCandidate;
import io.millrace.group.queue.QueueWish;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A request to a {@link GroupMachine}. Values only; checked by {@link GroupMachine#decide}. */
public sealed interface Command {

  /** A command to one group. */
  sealed interface OfGroup extends Command {

    String group();
  }

  /** A command to one queue. */
  sealed interface OfQueue extends OfGroup {}

  /**
   * Adds a member. The answer is a {@link Reply.Assignment}. The member chooses an id that nobody
   * else has used, and keeps it until it leaves. A repeated join of a living member changes
   * nothing. A member that was removed may join again with the same id.
   *
   * @param assignor how to distribute the partitions; empty: as the group does
   */
  record Join(
      String group,
      String member,
      MemberSettings settings,
      MemberSubscription subscription,
      Optional<Assignor> assignor)
      implements OfGroup {

    public Join {
      requireAll(group, member, settings, subscription, assignor);
    }
  }

  /**
   * Says that a member lives, and what it owns. The answer is a {@link Reply.Assignment}.
   *
   * @param epoch the epoch of the newest assignment that the member has taken over
   * @param owned all partitions that the member has not dropped. A partition in {@link
   *     Reply.Assignment#releasing} that is not in this set is dropped for good, if the epoch is
   *     the present one.
   * @param progress whether the member processes; empty: not reported
   * @param subscription the new subscription; empty: no change. Repeated until an answer has its
   *     version.
   * @param staticName the static name of the member, or empty; tells a member that another one has
   *     taken over its name
   */
  record Beat(
      String group,
      String member,
      long epoch,
      Set<PartitionId> owned,
      Optional<Progress> progress,
      Optional<MemberSubscription> subscription,
      String staticName)
      implements OfGroup {

    public Beat {
      requireAll(group, member, owned, progress, subscription, staticName);
    }
  }

  /**
   * How far a member is with the events that it has got.
   *
   * @param sinceMicros microseconds since the application last took or finished events; more than a
   *     day counts as a day
   * @param handedOut events that the application has got and not finished
   */
  record Progress(long sinceMicros, long handedOut) {}

  /**
   * Ends a member; its partitions are free at once. The answer is {@link Reply.Done}, also if there
   * is no such member.
   *
   * @param epoch the member's epoch, or {@link #ANY_EPOCH}
   * @param comeBack the member has a static name and returns: its partitions wait for it until its
   *     session ends
   */
  record Leave(String group, String member, long epoch, boolean comeBack) implements OfGroup {

    public static final long ANY_EPOCH = -1;

    public Leave {
      requireAll(group, member);
    }
  }

  /**
   * Stores positions. The answer is a {@link Reply.Committed} with an outcome for each partition.
   *
   * @param member the committing member; empty with epoch -1: a client without a group membership,
   *     allowed only while the group has no members
   * @param epoch the epoch under which the member owns the partitions
   */
  record Commit(String group, String member, long epoch, List<Position> positions)
      implements OfGroup {

    public static final long NO_MEMBER_EPOCH = -1;

    public Commit {
      requireAll(group, member, positions);
    }
  }

  /**
   * A position to commit.
   *
   * @param offset offset of the next event to process, at least 0
   * @param leaderEpoch -1: unknown
   */
  record Position(PartitionId partition, long offset, int leaderEpoch, String metadata) {

    public Position {
      requireAll(partition, metadata);
    }
  }

  /**
   * Reads committed positions. The answer is a {@link Reply.Offsets}.
   *
   * @param partitions which partitions; empty: all that have a position
   */
  record FetchOffsets(String group, List<PartitionId> partitions) implements OfGroup {

    public FetchOffsets {
      requireAll(group, partitions);
    }
  }

  /**
   * Sets positions of a group without members, forward or back. All or none. A queue without
   * consumers begins at the positions, and forgets what is done and has failed there. The answer is
   * a {@link Reply.Committed}.
   *
   * @param dryRun answers the same and changes nothing
   */
  record Reset(String group, List<NewOffset> offsets, boolean dryRun) implements OfGroup {

    public Reset {
      requireAll(group, offsets);
    }
  }

  /**
   * A position to set.
   *
   * @param offset at least 0, or {@link #NONE} to remove the position
   */
  record NewOffset(PartitionId partition, long offset) {

    public static final long NONE = -1;

    public NewOffset {
      Objects.requireNonNull(partition, "partition");
    }
  }

  /**
   * Sets after which time the positions of a group without members expire.
   *
   * @param offsetRetentionMicros microseconds after the last member left and after the commit; 0:
   *     never, which is the default
   */
  record Configure(String group, long offsetRetentionMicros) implements OfGroup {

    public Configure {
      Objects.requireNonNull(group, "group");
    }
  }

  /** Removes a group without members, with its positions. The answer is {@link Reply.Done}. */
  record Delete(String group) implements OfGroup {

    public Delete {
      Objects.requireNonNull(group, "group");
    }
  }

  /**
   * Opens a queue for one consumer, and creates the queue if there is no such group. The answer is
   * a {@link Reply.QueueOpened}. With the id of a consumer that is open or away, it continues this
   * consumer with its locks. If the records cannot be appended, the session may be open: then say
   * that it is away.
   *
   * @param clientId name of the client, for people
   * @param host address of the client, for people
   * @param lastLock a consumer that continues gives its locks with higher numbers back, because it
   *     does not know of them; no attempt is counted. {@link #KEEP_ALL}: none
   * @param wish settings that the queue gets
   */
  record OpenQueue(
      String group,
      ConsumerSession session,
      UUID topic,
      String clientId,
      String host,
      long lastLock,
      QueueWish wish)
      implements OfQueue {

    /** A consumer that continues keeps all its locks. */
    public static final long KEEP_ALL = Long.MAX_VALUE;

    public OpenQueue {
      requireAll(group, session, topic, clientId, host, wish);
    }
  }

  /**
   * Says that the connection of a queue consumer has ended. The consumer keeps its locks for {@link
   * GroupLimits#AWAY_MICROS}, and then it is lost: its locks end, and count as failed attempts. The
   * answer is {@link Reply.Done}, also if there is no such consumer, or if it is open on another
   * connection.
   */
  record QueueAway(String group, ConsumerSession session) implements OfQueue {

    public QueueAway {
      requireAll(group, session);
    }
  }

  /**
   * Ends a queue consumer, because it wants so; others get its events, and no attempt counts as
   * failed. The answer is {@link Reply.Done}, also if there is no such consumer, or if it is open
   * on another connection.
   */
  record CloseQueue(String group, ConsumerSession session) implements OfQueue {

    public CloseQueue {
      requireAll(group, session);
    }
  }

  /**
   * Gives a queue events of the log. The answer is {@link Reply.Done}. Ignored unless {@code from}
   * is where the queue wants to be fed. A queue takes as many as it has room for; then it wants to
   * be fed from the first one that it did not take. Without memory for one event it is refused with
   * {@code LIMIT_REACHED}, and may be repeated later.
   *
   * @param from offset from which the log was read
   * @param to offset up to which the log was read; there are no other events between them
   * @param candidates the events, by offset
   */
  record Feed(
      String group, PartitionId partition, long from, long to, List<QueueCandidate> candidates)
      implements OfQueue {

    public Feed {
      requireAll(group, partition, candidates);
    }
  }

  /**
   * Says that the log has no events below an offset any more. Those that are not done are lost; the
   * queue goes on after them. The answer is {@link Reply.Done}.
   *
   * @param to offset of the first event that the log still has
   */
  record Trim(String group, PartitionId partition, long to) implements OfQueue {

    public Trim {
      requireAll(group, partition);
    }
  }

  /**
   * Locks events for a queue consumer. The answer is a {@link Reply.Taken}, often without events.
   *
   * @param maxEvents at least 1
   * @param maxBytes the first event is taken also if it is larger
   */
  record Take(
      String group, ConsumerSession session, PartitionId partition, int maxEvents, long maxBytes)
      implements OfQueue {

    public Take {
      requireAll(group, session, partition);
    }
  }

  /**
   * Settles events that a queue consumer has locked. The answer is a {@link Reply.Settled}. The
   * newest {@link GroupLimits#SETTLES_REMEMBERED} numbers of a consumer are remembered: a request
   * with one of them is a repetition, changes nothing, and is answered as the first one. It is
   * refused with {@code INVALID_REQUEST} if its settlements are not those of the first one.
   *
   * @param number of the request among those of the consumer, at least 0; or {@link #NO_NUMBER}
   */
  record Settle(
      String group, ConsumerSession session, long number, List<EventSettlement> settlements)
      implements OfQueue {

    /** The request is never repeated. */
    public static final long NO_NUMBER = -1;

    public Settle {
      requireAll(group, session, settlements);
    }
  }

  /**
   * Says that the dead letter of an event is durable. The answer is {@link Reply.Done}, also if the
   * event is done already.
   */
  record DeadLettered(String group, PartitionId partition, long offset) implements OfQueue {

    public DeadLettered {
      requireAll(group, partition);
    }
  }

  /**
   * Asks for the state of a group. The answer is a {@link Reply.Description}, or a {@link
   * Reply.QueueDescription}.
   */
  record Describe(String group) implements OfGroup {

    public Describe {
      Objects.requireNonNull(group, "group");
    }
  }

  /** Asks for all groups. The answer is a {@link Reply.Groups}. */
  record ListGroups() implements Command {}

  /**
   * Says that topics were created, deleted or changed. The answer is {@link Reply.Done}; the groups
   * follow at their next command or tick.
   */
  record TopicsChanged(KnownTopics topics) implements Command {

    public TopicsChanged {
      Objects.requireNonNull(topics, "topics");
    }
  }

  /**
   * Says that {@link GroupMachine#nextDeadlineMicros} has passed. One tick does a limited amount of
   * work; the next deadline is in the past as long as there is more. A coordinator handles the
   * commands that wait before it sends a tick, so that a pause of the broker ends no session. The
   * answer is {@link Reply.Done}.
   */
  record Tick() implements Command {}

  private static void requireAll(Object... fields) {
    for (Object field : fields) {
      Objects.requireNonNull(field, "a field of a command");
    }
  }
}
