package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.Decision;
import io.millrace.group.EncodedGroupRecord;
import io.millrace.group.GroupLimits;
import io.millrace.group.GroupMachine;
import io.millrace.group.GroupRecord;
import io.millrace.group.Moment;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of one partition of the log of groups: a {@link GroupMachine}, the work that waits for
 * it, and the appends on their way to the disk.
 *
 * <pre>
 *            replayed            append in doubt, or the log was opened again
 *   loading ---------> serving ----------------------------------------------> loading
 *      |  ^
 *      |  | after a delay, if the reason passes
 *      v  |
 *    failed                       any -- stop --> ended
 * </pre>
 *
 * <p>The owner of the partition has all its state, unless a method says otherwise. While the log is
 * replayed, the work waits.
 */
final class GroupShard implements GroupLoader.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(GroupShard.class);

  /** Appends on their way to the disk. Later decisions gather meanwhile. */
  private static final int MAX_FLIGHTS = 4;

  /** Tasks of one run, after which the owner serves others. */
  private static final int TASKS_PER_RUN = 1_000;

  /** Bytes of records after which a run appends. */
  private static final long BYTES_PER_RUN = 1024 * 1024;

  /** Time after which a run ends, because joins of large groups take long. */
  private static final long NANOS_PER_RUN = 10_000_000;

  /** The delay before ticks go on after an append has failed. */
  private static final long RETRY_MS = 200;

  private static final long MAX_TIMER_MICROS = 60_000_000;
  private static final long MICROS_PER_MS = 1_000;

  /** A timer that is later than this shows a pause of the broker. */
  private static final long PAUSE_MICROS = 1_000_000;

  private enum State {
    LOADING,
    SERVING,
    FAILED,
    ENDED
  }

  private final Partition partition;
  private final GroupTopics topics;
  private final GroupListeners listeners;
  private final GroupResources resources;
  private final IntSupplier roomForGroups;
  private final GroupInbox inbox;
  private final GroupLogWriter writer;
  private final GroupSnapshots snapshots;
  private final GroupLoader loader;
  private final GroupFences fences = new GroupFences();
  private final GroupProgress progress = new GroupProgress();
  private final MemoryReservation memory;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final AtomicBoolean topicsChanged = new AtomicBoolean();
  private final Deque<GroupFlight> flights = new ArrayDeque<>();

  private State state = State.LOADING;
  private GroupMachine machine;
  private Object opening;
  private long timerAt = Long.MAX_VALUE;

  /** The number of the timer that counts; those before it do nothing. */
  private long newestTimer;

  private long noTickBefore = Long.MIN_VALUE;

  /** Why commands are refused, or null. Any thread reads. */
  private volatile BrokerException failure;

  /** The number of groups. Any thread reads. */
  private volatile int groups;

  /**
   * @param roomForGroups how many groups the broker may still have
   */
  GroupShard(
      Partition partition,
      GroupTopics topics,
      GroupListeners listeners,
      GroupResources resources,
      IntSupplier roomForGroups) {
    this.roomForGroups = roomForGroups;
    this.partition = partition;
    this.topics = topics;
    this.listeners = listeners;
    this.resources = resources;
    this.inbox = new GroupInbox(resources.memory());
    this.writer = new GroupLogWriter(partition, resources.limits());
    this.snapshots = new GroupSnapshots(partition, writer);
    this.loader =
        new GroupLoader(
            partition, resources, () -> new GroupMachine(GroupLimits.DEFAULT, topics), this);
    this.memory = new MemoryReservation(resources.memory());
  }

  /** Begins to replay the log. One call, any thread. */
  void start() {
    onOwner(this::load);
  }

  /** Adds work. Any thread. */
  void submit(GroupTask task) {
    BrokerException full = inbox.add(task);
    if (full != null) {
      task.refuse(full);
      return;
    }
    wake();
  }

  /** Decides on a command. Any thread. */
  CompletableFuture<Reply> submit(Command command) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    submit(GroupTask.OfCommand.of(command, reply));
    return reply;
  }

  /** The topics have changed. Any thread. */
  void topicsChanged() {
    topicsChanged.set(true);
    wake();
  }

  /** Refuses the work that waits, and all that comes later. Any thread. */
  void stop() {
    onOwner(
        () -> {
          state = State.ENDED;
          loader.stop();
          failure = BrokerException.shuttingDown();
          inbox.refuseAll(failure);
          memory.close();
        });
  }

  /** Why the groups of this partition are refused, or null. Any thread. */
  BrokerException failure() {
    return failure;
  }

  /** The number of groups. Any thread. */
  int groups() {
    return groups;
  }

  Partition partition() {
    return partition;
  }

  /** The guarded subscriptions. Owner thread, within {@link GroupTask.OfState}. */
  GroupFences fences() {
    return fences;
  }

  /** How the groups move. Owner thread, within {@link GroupTask.OfState}. */
  GroupProgress progress() {
    return progress;
  }

  /** Delivery to a member begins. Any thread. */
  void started(GroupClaim claim, long startOffset) {
    look(
        machine -> {
          if (GroupFences.owns(claim, machine)) {
            progress.track(claim.group(), claim.partition()).started(startOffset);
          }
        });
  }

  /** Looks at the state, unless there is no room for this among the waiting work. Any thread. */
  void look(Consumer<GroupMachine> look) {
    submit(
        new GroupTask.OfState(
            look, refusal -> LOG.debug("event=group_not_watched code={}", refusal.code())));
  }

  /** A guarded subscription has ended. Any thread. */
  void forget(GroupFence fence) {
    onOwner(() -> fences.remove(fence));
  }

  private void wake() {
    if (!scheduled.getAndSet(true)) {
      onOwner(
          () -> {
            scheduled.set(false);
            run();
          });
    }
  }

  @Override
  public void onOwner(Runnable task) {
    try {
      partition.owner().execute(task);
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", partition.id(), e);
      inbox.refuseAll(BrokerException.shuttingDown(e));
    }
  }

  private void afterDelay(long delayMs, Runnable task) {
    resources.timer().after(delayMs, () -> onOwner(task));
  }

  private void run() {
    switch (state) {
      case LOADING -> {}
      case FAILED, ENDED -> inbox.refuseAll(failure);
      case SERVING -> serve();
    }
  }

  private void serve() {
    if (partition.opening() != opening) {
      reload(null);
      return;
    }
    if (failing() || flights.size() >= MAX_FLIGHTS) {
      return; // settle() runs again
    }
    Round round = new Round(resources.now());
    try {
      round.run();
    } catch (RuntimeException | Error e) {
      LOG.error("event=groups_failed partition={}", partition.id(), e);
      BrokerException cause = internal(e);
      round.refuse(cause);
      reload(cause);
    }
  }

  private static BrokerException internal(Throwable cause) {
    return new BrokerException(
        ErrorCode.INTERNAL,
        "deciding on groups failed in the broker; see its log (event=groups_failed)",
        cause);
  }

  /** Whether an append has failed, and earlier ones are on their way to the disk. */
  private boolean failing() {
    return !flights.isEmpty() && flights.peekLast().failure() != null;
  }

  private void publish() {
    groups = machine.groups();
    memory.resize(machine.bytes() + progress.bytes());
  }

  /** The decisions of one run, which are appended together. */
  private final class Round {

    private final Moment now;
    private final long beganNanos = System.nanoTime();
    private final GroupMachine of = machine;
    private final GroupFlight flight = new GroupFlight();
    private final List<EncodedGroupRecord> records = new ArrayList<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private GroupTask current;
    private boolean launched;
    private long bytes;
    private int tasks;

    Round(Moment now) {
      this.now = now;
    }

    void run() {
      MemoryShare share = resources.memory();
      machine.limits(
          new GroupLimits(
              machine.groups() + roomForGroups.getAsInt(),
              GroupCoordinator.MAX_MEMBERS,
              share.limit() - share.used() + machine.bytes()));
      if (topicsChanged.getAndSet(false)) {
        decide(new Command.TopicsChanged(topics.now()), null);
      }
      while (tasks < TASKS_PER_RUN && bytes < BYTES_PER_RUN && isInTime()) {
        GroupTask task = inbox.poll();
        if (task == null) {
          break;
        }
        tasks++;
        handle(task);
      }
      if (inbox.isEmpty() && isTickDue()) {
        decide(new Command.Tick(), null);
      }
      changed.forEach(group -> fences.check(group, machine));
      launched = true;
      launch(flight, records, now);
      if (isOver()) {
        return;
      }
      if (!failing()) {
        snapshots
            .ifDue(machine, now)
            .ifPresent(whole -> launch(whole.flight(), whole.records(), now));
      }
      if (isOver()) {
        return;
      }
      publish();
      if (flights.size() < MAX_FLIGHTS && (!inbox.isEmpty() || isTickDue())) {
        wakeAfterOthers();
      } else {
        setTimer(now);
      }
    }

    /** Whether an append has failed, so that there will be another machine. */
    private boolean isOver() {
      return machine != of;
    }

    private boolean isInTime() {
      return System.nanoTime() - beganNanos < NANOS_PER_RUN;
    }

    private boolean isTickDue() {
      return machine.nextDeadlineMicros() <= now.monotonicMicros()
          && noTickBefore <= now.monotonicMicros()
          && !failing();
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
        encoded = writer.encode(decision.records());
      } catch (BrokerException e) {
        refuse(command, task, e);
        return;
      }
      machine.stage(decision);
      flight.add(decision, task);
      current = null;
      for (EncodedGroupRecord record : encoded) {
        records.add(record);
        bytes += record.key().length + record.value().length;
      }
      for (GroupRecord record : decision.records()) {
        progress.staged(record);
        if (record instanceof GroupRecord.OffsetSet set) {
          moved(set);
        } else if (record instanceof GroupRecord.InGroup in) {
          changed.add(in.group());
        }
      }
    }

    private void moved(GroupRecord.OffsetSet set) {
      topics
          .partition(set.partition())
          .ifPresent(
              partition ->
                  progress
                      .track(set.group(), set.partition())
                      .sample(
                          partition.offsets().durable(),
                          set.committed().offset(),
                          now.monotonicMicros()));
    }

    /** The decision is not staged, so nothing has changed. */
    private void refuse(Command command, GroupTask.OfCommand task, BrokerException cause) {
      if (task != null) {
        task.refuse(cause);
        return;
      }
      LOG.error("event=group_records_refused command={}", command, cause);
      noTickBefore = now.monotonicMicros() + MAX_TIMER_MICROS;
    }
  }

  private void wakeAfterOthers() {
    if (!scheduled.getAndSet(true)) {
      partition
          .owner()
          .executeAfterOthers(
              () -> {
                scheduled.set(false);
                run();
              });
    }
  }

  /** Appends the records of a flight, or lets it wait for those before it. */
  private void launch(GroupFlight flight, List<EncodedGroupRecord> records, Moment now) {
    if (!records.isEmpty()) {
      GroupMachine of = machine;
      flights.add(flight);
      try {
        writer.append(records, now.epochMicros(), flight, () -> settle(of));
      } catch (RuntimeException e) {
        LOG.error("event=groups_failed partition={}", partition.id(), e);
        flight.failed(internal(e), false);
        flight.allAppended();
      }
    } else if (flights.isEmpty()) {
      flight.confirm(machine, listeners::send);
      return;
    } else {
      flights.peekLast().addAll(flight);
    }
    settle(machine);
  }

  /**
   * A flight may be durable, or have failed.
   *
   * @param of the machine whose records were appended
   */
  private void settle(GroupMachine of) {
    if (of != machine) {
      return;
    }
    boolean moved = false;
    while (!flights.isEmpty() && flights.peek().isDurable()) {
      flights.poll().confirm(machine, listeners::send);
      moved = true;
    }
    if (!flights.isEmpty() && flights.peek().failure() != null) {
      appendFailed(flights.peek().failure());
    } else if (moved) {
      wake();
    }
  }

  private void appendFailed(BrokerException cause) {
    boolean inDoubt = flights.stream().anyMatch(GroupFlight::mayBeInLog);
    snapshots.appendFailed(resources.now());
    if (inDoubt) {
      reload(cause);
      return;
    }
    Moment now = resources.now();
    machine.rollBack(now);
    refuseFlights(cause);
    publish();
    fences.checkAll(machine);
    noTickBefore = now.monotonicMicros() + RETRY_MS * MICROS_PER_MS;
    afterDelay(RETRY_MS, this::wake);
  }

  private void refuseFlights(BrokerException cause) {
    List<GroupFlight> failed = List.copyOf(flights);
    flights.clear();
    failed.forEach(flight -> flight.refuse(cause));
  }

  /**
   * Makes a new machine from the log.
   *
   * @param cause the refusal of what is not confirmed; null: the log was opened again
   */
  private void reload(BrokerException cause) {
    BrokerException refusal =
        cause != null
            ? cause
            : new BrokerException(
                ErrorCode.FENCED, "the log of groups was opened again; try again");
    LOG.warn("event=groups_reloading partition={} code={}", partition.id(), refusal.code());
    machine = null;
    refuseFlights(refusal);
    if (state != State.ENDED) {
      load();
    }
  }

  private void load() {
    state = State.LOADING;
    loader.load();
  }

  @Override
  public void loaded(GroupLogReplay replay) {
    machine = replay.machine();
    opening = replay.opening();
    topicsChanged.set(false);
    progress.clear();
    machine.open(topics.now(), resources.now());
    writer.recordsInLog(replay.records());
    publish();
    snapshots.loaded();
    failure = null;
    state = State.SERVING;
    LOG.info(
        "event=groups_loaded partition={} groups={} records={}",
        partition.id(),
        machine.groups(),
        replay.records());
    fences.checkAll(machine);
    wake();
  }

  @Override
  public void notLoaded(BrokerException cause) {
    state = State.FAILED;
    failure = cause;
    inbox.refuseAll(cause);
  }

  private void setTimer(Moment now) {
    long deadline = Math.max(machine.nextDeadlineMicros(), noTickBefore);
    if (machine.nextDeadlineMicros() == Long.MAX_VALUE || timerAt <= deadline) {
      return;
    }
    long delayMicros = Math.min(MAX_TIMER_MICROS, deadline - now.monotonicMicros());
    long due = now.monotonicMicros() + delayMicros;
    timerAt = deadline;
    long number = ++newestTimer;
    afterDelay(Math.max(1, delayMicros / MICROS_PER_MS + 1), () -> timerFired(number, due));
  }

  /**
   * After a pause of the broker, the beats of its members are still in the sockets: no session ends
   * before they are read.
   */
  private void timerFired(long number, long dueMicros) {
    if (number != newestTimer) {
      return; // a later timer has an earlier deadline
    }
    timerAt = Long.MAX_VALUE;
    long now = resources.now().monotonicMicros();
    if (now - dueMicros > PAUSE_MICROS) {
      noTickBefore = Math.max(noTickBefore, now + PAUSE_MICROS);
    }
    wake();
  }
}
