package io.millrace.core;

import io.millrace.group.Command;
import io.millrace.group.GroupLimits;
import io.millrace.group.GroupMachine;
import io.millrace.group.Moment;
import io.millrace.group.Reply;
import io.millrace.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
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
final class GroupShard implements GroupLoader.Owner, GroupFlights.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(GroupShard.class);

  /** The delay before ticks go on after an append has failed. */
  private static final long RETRY_MS = 200;

  private enum State {
    LOADING,
    SERVING,
    FAILED,
    ENDED
  }

  private final Partition partition;
  private final GroupTopics topics;
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
  private final GroupFlights flights;
  private final GroupTimer timer;
  private final GroupRound.Parts parts;

  private final LazyQueues queues;

  private State state = State.LOADING;
  private GroupMachine machine;
  private Object opening;

  /** Why commands are refused, or null. Any thread reads. */
  private volatile BrokerException failure;

  /** The number of groups. Any thread reads. */
  private volatile int groups;

  /**
   * @param roomForGroups how many groups the broker may still have
   * @param newQueues makes the part that serves queues, when it is first needed
   */
  GroupShard(
      Partition partition,
      GroupTopics topics,
      GroupListeners listeners,
      GroupResources resources,
      IntSupplier roomForGroups,
      Function<GroupShard, ShardQueues> newQueues) {
    this.queues = new LazyQueues(() -> newQueues.apply(this));
    this.roomForGroups = roomForGroups;
    this.partition = partition;
    this.topics = topics;
    this.resources = resources;
    this.inbox = new GroupInbox(resources.memory());
    this.writer = new GroupLogWriter(partition, resources.limits());
    this.snapshots = new GroupSnapshots(partition, writer);
    this.loader =
        new GroupLoader(
            partition, resources, () -> new GroupMachine(GroupLimits.DEFAULT, topics), this);
    this.memory = new MemoryReservation(resources.memory());
    this.flights = new GroupFlights(writer, listeners::send, this);
    this.timer = new GroupTimer(resources, this::afterDelay, this::wake);
    this.parts = new GroupRound.Parts(inbox, writer, topics, progress, fences, timer, this);
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
          queues.stop(failure);
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

  /** The queues. Owner thread. */
  ShardQueues queues() {
    return queues.get();
  }

  /** Whether there may be queues. Owner thread. */
  boolean hasQueues() {
    return queues.isUsed();
  }

  GroupResources resources() {
    return resources;
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

  /** Decides on what waits, soon. Any thread. */
  void wake() {
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

  /** Runs a task on the owner's thread, after a delay. Any thread. */
  void afterDelay(long delayMs, Runnable task) {
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
    if (flights.isFailing() || flights.isFull()) {
      return; // the flights wake the shard
    }
    GroupRound round = new GroupRound(parts, machine, resources.now());
    try {
      run(round);
    } catch (RuntimeException | Error e) {
      LOG.error("event=groups_failed partition={}", partition.id(), e);
      BrokerException cause = internal(e);
      round.refuse(cause);
      reload(cause);
    }
  }

  private void run(GroupRound round) {
    GroupMachine of = machine;
    of.limits(limits());
    queues.reopening().forEach(round::decide);
    boolean changed = topicsChanged.getAndSet(false);
    if (changed) {
      queues.topicsChanged();
    }
    round.decideAll(changed);
    round.launch(flights);
    if (machine == of && !flights.isFailing()) {
      snapshots
          .ifDue(of, round.now())
          .ifPresent(whole -> flights.launch(whole.flight(), whole.records(), round.now()));
    }
    if (machine != of) {
      return; // an append has failed, and there will be another machine
    }
    publish();
    if (!flights.isFull() && hasWork(round.now())) {
      wakeAfterOthers();
    } else {
      timer.set(of, round.now());
      timer.set(queues.nextDeadlineMicros(), round.now());
    }
  }

  private GroupLimits limits() {
    MemoryShare share = resources.memory();
    return new GroupLimits(
        machine.groups() + roomForGroups.getAsInt(),
        GroupCoordinator.MAX_MEMBERS,
        share.limit() - share.used() + machine.bytes(),
        QueueRoom.keptBytes(share));
  }

  private boolean hasWork(Moment now) {
    boolean tickDue = timer.isTickDue(machine, now) && !flights.isFailing();
    return tickDue || !inbox.isEmpty() || queues.hasWork();
  }

  static BrokerException internal(Throwable cause) {
    return new BrokerException(
        ErrorCode.INTERNAL,
        "deciding on groups failed in the broker; see its log (event=groups_failed)",
        cause);
  }

  private void publish() {
    groups = machine.groups();
    memory.resize(machine.bytes() + progress.bytes() + queues.bytes());
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

  @Override
  public void confirmed() {
    wake();
  }

  @Override
  public void appendFailed(BrokerException cause, boolean inDoubt) {
    snapshots.appendFailed(resources.now());
    if (inDoubt) {
      reload(cause);
      return;
    }
    Moment now = resources.now();
    machine.rollBack(now);
    flights.refuseAll(cause);
    publish();
    fences.checkAll(machine);
    timer.holdTicks(now, RETRY_MS);
    afterDelay(RETRY_MS, this::wake);
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
    flights.end(refusal);
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
    flights.begin(machine);
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
    queues.loaded();
    wake();
  }

  @Override
  public void notLoaded(BrokerException cause) {
    state = State.FAILED;
    failure = cause;
    inbox.refuseAll(cause);
    queues.notLoaded(cause);
  }
}
