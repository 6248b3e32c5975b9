package io.millrace.group;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The groups of one log of groups, as a state machine without a log, a network, a clock or a
 * thread. One thread at a time.
 *
 * <p>At a start, {@link #apply} gets every record of the log, then {@link #open} is called once.
 * For each command after that:
 *
 * <pre>
 *   decision = machine.decide(command, now)     changes nothing
 *   machine.stage(decision)                     later decisions build on it
 *   append decision.records() to the log
 *   when they are durable:  machine.confirm(decision), then send its reply and its notices
 *   when the append failed: machine.rollBack(now), and refuse all commands that were not confirmed
 * </pre>
 *
 * <p>Decisions may be staged before earlier ones are durable. A reply, also one without records,
 * must wait until all records that were staged before it are durable: it may tell what they say.
 * {@code rollBack} is right only if the log surely does not have the records. If that is not known,
 * make a new machine from the log.
 *
 * <p>Sessions are not in the log. After {@code open} and {@code rollBack}, every member has a whole
 * session.
 */
public final class GroupMachine {

  private static final long RETENTION_CHECK_MICROS = 60_000_000;

  private record Staged(Decision decision, List<GroupRecord> undo) {}

  private final GroupState state;
  private final MemberDecisions members;
  private final OffsetDecisions offsets;
  private final GroupDescriptions descriptions;
  private final Deque<Staged> pending = new ArrayDeque<>();

  /** The only decision that may be staged: it was made for the present state. */
  private Decision newest;

  /** A machine that knows no end of a log. */
  public GroupMachine(GroupLimits limits) {
    this(limits, PartitionEnds.NONE_KNOWN);
  }

  /**
   * @param ends asked at each commit and reset: a position after the end is refused
   */
  public GroupMachine(GroupLimits limits, PartitionEnds ends) {
    this.state = new GroupState(limits);
    this.members = new MemberDecisions(state);
    this.offsets = new OffsetDecisions(state, members, ends);
    this.descriptions = new GroupDescriptions(state);
  }

  /**
   * Takes over a record of the log. Never fails: a record for something that does not exist changes
   * nothing. Only before {@link #open}.
   */
  public void apply(GroupRecord record) {
    if (state.topics() != null) {
      throw new IllegalStateException("the machine is open: stage decisions instead");
    }
    state.store().apply(record);
  }

  /**
   * Begins to take commands, after the last record of the log.
   *
   * @param topics all topics of the broker
   */
  public void open(KnownTopics topics, Moment now) {
    if (state.topics() != null) {
      throw new IllegalStateException("the machine is open already");
    }
    startSessions(now);
    state.topics(topics);
    state.nextRetentionCheckMicros(now.monotonicMicros());
  }

  /**
   * Decides what a command does. Changes nothing. A command that is not allowed is answered with a
   * {@link Reply.Refusal}; this method throws only if it is called at the wrong time.
   */
  public Decision decide(Command command, Moment now) {
    if (state.topics() == null) {
      throw new IllegalStateException("the machine is not open");
    }
    try {
      newest = decided(command, now);
    } catch (RefusedException e) {
      newest = Decision.of(e.reply());
    }
    return newest;
  }

  /**
   * Makes the changes of a decision, so that later decisions build on them.
   *
   * @param decision the newest one of {@link #decide}
   */
  public void stage(Decision decision) {
    if (decision != newest) {
      throw new IllegalStateException("not the newest decision, or staged already: " + decision);
    }
    newest = null;
    if (!decision.records().isEmpty()) {
      pending.add(new Staged(decision, applied(decision.records())));
    }
    decision.effects().forEach(this::apply);
  }

  /**
   * Says that the records of a decision, and of all staged before it, are durable.
   *
   * @param decision a staged decision, with or without records
   */
  public void confirm(Decision decision) {
    if (decision.records().isEmpty()) {
      return;
    }
    while (!pending.isEmpty()) {
      if (pending.poll().decision() == decision) {
        return;
      }
    }
    throw new IllegalStateException("the decision is not staged: " + decision);
  }

  /** Takes back all decisions that are not confirmed: their records are not in the log. */
  public void rollBack(Moment now) {
    newest = null;
    Iterator<Staged> newestFirst = pending.descendingIterator();
    while (newestFirst.hasNext()) {
      newestFirst.next().undo().forEach(state.store()::apply);
    }
    pending.clear();
    state.sessions().keepOnly(state.store().groups());
    startSessions(now);
    state.unchecked().clear();
    state.unchecked().addAll(state.store().groups().keySet());
  }

  /**
   * Emits the records that create the present state, with all staged decisions. They replace all
   * records of the log up to the newest staged one.
   */
  public void snapshot(Consumer<GroupRecord> out) {
    state.store().snapshot(out);
  }

  /**
   * The number of records of a snapshot: the log is worth replacing when it has many times as many.
   * Takes time in proportion to the number of groups.
   */
  public long snapshotRecords() {
    return state.store().snapshotRecords();
  }

  /**
   * When the next {@link Command.Tick} is due, by the monotonic clock; in the past if work waits,
   * and {@code Long.MAX_VALUE} if there is nothing to wait for.
   */
  public long nextDeadlineMicros() {
    if (!state.unchecked().isEmpty()) {
      return Long.MIN_VALUE;
    }
    long retention =
        state.store().groups().isEmpty() ? Long.MAX_VALUE : state.nextRetentionCheckMicros();
    return Math.min(retention, state.sessions().nextDeadlineMicros());
  }

  /**
   * Whether a member may read and commit a partition under an epoch; for the delivery of events,
   * which ends when this is no longer so. A staged decision counts before it is durable.
   */
  public boolean owns(String group, String member, long epoch, PartitionId partition) {
    Group found = state.store().find(group);
    Member holder = found == null ? null : found.members().get(member);
    return holder != null && epoch <= holder.epoch() && holder.ownsSince(epoch, partition);
  }

  /**
   * Tells which partitions of queues have changed since the last call, each once. Takes time in
   * proportion to them. Staged decisions count before they are durable.
   */
  public void queueNews(Consumer<QueueNews> out) {
    throw new UnsupportedOperationException();
  }

  /** The state of a queue in one partition; empty if it has none there. Takes constant time. */
  public Optional<Reply.QueuePartitionView> queuePartition(String group, PartitionId partition) {
    throw new UnsupportedOperationException();
  }

  /** Changes the limits, for a machine that shares its memory with others. */
  public void limits(GroupLimits limits) {
    state.limits(limits);
  }

  /** The estimated memory of all groups, in bytes. */
  public long bytes() {
    return state.store().bytes();
  }

  /** The number of groups. */
  public int groups() {
    return state.store().groups().size();
  }

  private Decision decided(Command command, Moment now) {
    if (command instanceof Command.Beat beat) {
      return members.beat(beat, now);
    }
    if (command instanceof Command.Commit commit) {
      return offsets.commit(commit, now);
    }
    if (command instanceof Command.FetchOffsets fetch) {
      return offsets.fetch(fetch);
    }
    if (command instanceof Command.Join join) {
      return members.join(join, now);
    }
    if (command instanceof Command.Leave leave) {
      return members.leave(leave, now);
    }
    if (command instanceof Command.Tick) {
      return members.tick(now);
    }
    if (command instanceof Command.TopicsChanged changed) {
      return Decision.of(new Reply.Done(), new Effect.TopicsKnown(changed.topics()));
    }
    if (command instanceof Command.Reset reset) {
      return offsets.reset(reset, now);
    }
    if (command instanceof Command.Configure configure) {
      return offsets.configure(configure);
    }
    if (command instanceof Command.Delete delete) {
      return offsets.delete(delete);
    }
    if (command instanceof Command.Describe describe) {
      return descriptions.describe(describe, now);
    }
    if (command instanceof Command.ListGroups) {
      return descriptions.list();
    }
    throw new UnsupportedOperationException("no decision for " + command);
  }

  /** Applies records, and returns those that take them back, in the order to apply them. */
  private List<GroupRecord> applied(List<GroupRecord> records) {
    Deque<List<GroupRecord>> inverses = new ArrayDeque<>();
    for (GroupRecord record : records) {
      List<GroupRecord> inverse = new ArrayList<>(1);
      state.store().inverse(record, inverse::add);
      inverses.addFirst(inverse);
      state.store().apply(record);
    }
    List<GroupRecord> undo = new ArrayList<>();
    inverses.forEach(undo::addAll);
    return undo;
  }

  private void apply(Effect effect) {
    Sessions sessions = state.sessions();
    if (effect instanceof Effect.Alive alive) {
      long now = alive.now().monotonicMicros();
      sessions.alive(alive.group(), alive.member(), now, alive.progress());
    } else if (effect instanceof Effect.Away away) {
      sessions.away(away.group(), away.member(), away.now().monotonicMicros());
    } else if (effect instanceof Effect.Ended ended) {
      sessions.end(ended.group(), ended.member(), ended.why());
    } else if (effect instanceof Effect.Checked checked) {
      state.unchecked().remove(checked.group());
    } else if (effect instanceof Effect.TopicsKnown known) {
      state.topics(known.topics());
    } else if (effect instanceof Effect.Ticked ticked) {
      long now = ticked.now().monotonicMicros();
      sessions.requeue(now);
      if (ticked.retentionChecked()) {
        state.nextRetentionCheckMicros(now + RETENTION_CHECK_MICROS);
      }
    }
  }

  private void startSessions(Moment now) {
    for (Group group : state.store().groups().values()) {
      for (Member member : group.members().values()) {
        state.sessions().start(group.name(), member, now.monotonicMicros());
      }
    }
  }
}
