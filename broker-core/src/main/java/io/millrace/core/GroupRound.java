package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.Decision;
import io.millrace.group.EncodedGroupRecord;
import io.millrace.group.GroupMachine;
import io.millrace.group.GroupRecord;
import io.millrace.group.Moment;
import io.millrace.group.Reply;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The decisions of one run of a shard, which are appended together. Owner thread. */
final class GroupRound {

  private static final Logger LOG = LoggerFactory.getLogger(GroupRound.class);

  /** Tasks of one run, after which the owner serves others. */
  private static final int MAX_TASKS = 1_000;

  /** Bytes of records after which a run appends. */
  private static final long MAX_BYTES = 1024 * 1024;

  /** Time after which a run ends, because joins of large groups take long. */
  private static final long MAX_NANOS = 10_000_000;

  /** How long ticks leave a group out whose records do not fit into events. */
  private static final long POSTPONED_MICROS = 60_000_000;

  private final Parts parts;
  private final GroupMachine machine;
  private final Moment now;
  private final long beganNanos = System.nanoTime();
  private final GroupFlight flight = new GroupFlight();
  private final List<EncodedGroupRecord> records = new ArrayList<>();
  private final Set<String> changed = new LinkedHashSet<>();
  private GroupTask current;
  private boolean launched;
  private long bytes;
  private int tasks;

  /** What a round uses of its shard. */
  record Parts(
      GroupInbox inbox,
      GroupLogWriter writer,
      GroupTopics topics,
      GroupProgress progress,
      GroupFences fences,
      GroupTimer timer,
      GroupShard shard) {}

  GroupRound(Parts parts, GroupMachine machine, Moment now) {
    this.parts = parts;
    this.machine = machine;
    this.now = now;
  }

  Moment now() {
    return now;
  }

  /**
   * Decides on the work that waits.
   *
   * @param topicsChanged whether the machine does not know the topics of now
   */
  void decideAll(boolean topicsChanged) {
    if (topicsChanged) {
      decide(new Command.TopicsChanged(parts.topics().now()), null);
    }
    while (tasks < MAX_TASKS && bytes < MAX_BYTES && isInTime()) {
      GroupTask task = parts.inbox().poll();
      if (task == null) {
        break;
      }
      tasks++;
      handle(task);
    }
    tickIfDue();
    serveQueues();
    changed.forEach(group -> parts.fences().check(group, machine));
  }

  /**
   * Ends sessions whose time has passed. The beats of their members may wait: all tasks that came
   * before the tick was due are handled first, and no later ones, or a constant load would keep
   * sessions alive.
   */
  private void tickIfDue() {
    boolean due = parts.timer().isTickDue(machine, now);
    if (due && !parts.inbox().isTakenToMark()) {
      return;
    }
    parts.inbox().forgetMark();
    if (due) {
      decide(new Command.Tick(), null);
    }
  }

  /** Gives the requests for events what has become available. */
  private void serveQueues() {
    machine.queueNews(news -> parts.shard().queues().changed(news));
    if (!parts.shard().hasQueues()) {
      return;
    }
    ShardQueues queues = parts.shard().queues();
    boolean more = queues.serveOne(this); // one at least, also if commands have used up the time
    while (more && isInTime()) {
      more = queues.serveOne(this);
    }
    machine.queueNews(queues::changed);
    if (!queues.hasWork()) { // otherwise a take would end that was not tried
      queues.expire(now.monotonicMicros());
    }
  }

  /**
   * Decides to lock events. Changes nothing if there are none.
   *
   * @param admission whether the events that would be locked may be; else nothing changes
   * @param answer completes with the reply when the events are locked
   */
  Reply take(
      Command.Take command, Predicate<Reply.Taken> admission, CompletableFuture<Reply> answer) {
    Decision decision = machine.decide(command, now);
    if (decision.reply() instanceof Reply.Taken taken
        && !taken.events().isEmpty()
        && admission.test(taken)) {
      stage(
          decision,
          parts.writer().encode(decision.records()),
          GroupTask.OfCommand.of(command, answer));
    }
    return decision.reply();
  }

  /** Decides on a command of the broker itself. */
  void decide(Command command) {
    decide(command, null);
  }

  /** Appends what was decided. The flights answer from now on. */
  void launch(GroupFlights flights) {
    launched = true;
    flights.launch(flight, records, now);
  }

  /** Refuses the tasks that are not in a flight. */
  void refuse(BrokerException cause) {
    if (current != null) {
      current.refuse(cause);
    }
    if (!launched) {
      flight.refuse(cause);
    }
  }

  private boolean isInTime() {
    return System.nanoTime() - beganNanos < MAX_NANOS;
  }

  private void handle(GroupTask task) {
    current = task;
    if (task instanceof GroupTask.OfCommand command) {
      decide(command.command(), command);
    } else if (task instanceof GroupTask.OfState state) {
      state.look().accept(machine);
    }
    current = null;
  }

  private void decide(Command command, GroupTask.OfCommand task) {
    Decision decision = machine.decide(command, now);
    List<EncodedGroupRecord> encoded;
    try {
      encoded = parts.writer().encode(decision.records());
    } catch (RecordTooLargeException e) {
      refuse(task, e);
      return;
    }
    stage(decision, encoded, task);
  }

  private void stage(
      Decision decision, List<EncodedGroupRecord> encoded, GroupTask.OfCommand task) {
    machine.stage(decision);
    flight.add(decision, task);
    current = null;
    for (EncodedGroupRecord record : encoded) {
      records.add(record);
      bytes += record.key().length + record.value().length;
    }
    decision.records().forEach(this::staged);
  }

  private void staged(GroupRecord record) {
    parts.progress().staged(record);
    if (record instanceof GroupRecord.OffsetSet set) {
      moved(set);
    } else if (record instanceof GroupRecord.InGroup in) {
      changed.add(in.group());
    }
  }

  private void moved(GroupRecord.OffsetSet set) {
    parts
        .topics()
        .partition(set.partition())
        .ifPresent(
            partition ->
                parts
                    .progress()
                    .track(set.group(), set.partition())
                    .sample(
                        partition.offsets().durable(),
                        set.committed().offset(),
                        now.monotonicMicros()));
  }

  /** The decision is not staged, so nothing has changed. Ticks go on without the group. */
  private void refuse(GroupTask.OfCommand task, RecordTooLargeException cause) {
    if (task != null) {
      task.refuse(cause.refusal());
      return;
    }
    LOG.error("event=group_postponed group={} reason={}", cause.group(), cause.getMessage());
    machine.postpone(cause.group(), now, now.monotonicMicros() + POSTPONED_MICROS);
  }
}
