package io.millrace.core;

import io.millrace.group.GroupMachine;
import io.millrace.protocol.ErrorCode;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the log of a shard's groups replayed, and repeats that while the reason of a failure passes
 * by itself. The replay runs on reader threads; everything else on the owner's.
 */
final class GroupLoader {

  private static final Logger LOG = LoggerFactory.getLogger(GroupLoader.class);

  /** The delay before a replay that has failed is repeated. */
  static final long RETRY_MS = 200;

  /** How often a replay is repeated that meets damage which the log has not located. */
  private static final int MAX_READS_OF_DAMAGE = 25;

  private final Partition partition;
  private final GroupResources resources;
  private final Supplier<GroupMachine> newMachine;
  private final Owner owner;
  private int readsOfDamage;

  /** The cause of the last delay, which was logged; null: none. */
  private ErrorCode delayedFor;

  /** A replay that waits for events to become durable; null: none. */
  private GroupLogReplay waiting;

  private boolean stopped;

  /** Who needs the groups. */
  interface Owner {

    /** Runs a task on the owner's thread; refuses what waits if that has ended. Any thread. */
    void onOwner(Runnable task);

    /** The replay is complete. */
    void loaded(GroupLogReplay replay);

    /**
     * The groups cannot be served.
     *
     * @param cause the refusal of requests. If it passes, {@link #loaded} follows later
     */
    void notLoaded(BrokerException cause);
  }

  GroupLoader(
      Partition partition,
      GroupResources resources,
      Supplier<GroupMachine> newMachine,
      Owner owner) {
    this.partition = partition;
    this.resources = resources;
    this.newMachine = newMachine;
    this.owner = owner;
  }

  /** Begins a replay. While none is under way. */
  void load() {
    if (stopped) {
      return;
    }
    BrokerException refused = partition.failure();
    if (refused != null) {
      failed(refused);
      return;
    }
    GroupLogReplay replay;
    try {
      replay =
          new GroupLogReplay(partition, newMachine.get(), resources.limits().maxRecordsBytes());
    } catch (RuntimeException e) {
      failed(e);
      return;
    }
    read(replay);
  }

  /** Makes no further attempt. */
  void stop() {
    stopped = true;
    if (waiting != null) {
      waiting.close();
    }
  }

  private void read(GroupLogReplay replay) {
    resources.readers().run(replay).whenComplete((read, failure) -> handOver(replay, failure));
  }

  /** A reader thread has read a part of the log. */
  private void handOver(GroupLogReplay replay, Throwable failure) {
    try {
      partition.owner().execute(() -> read(replay, failure));
    } catch (RejectedExecutionException e) {
      LOG.debug("event=owner_ended log={}", partition.id(), e);
      replay.close();
      owner.onOwner(() -> {}); // refuses what waits for the groups
    }
  }

  private void read(GroupLogReplay replay, Throwable failure) {
    if (stopped || partition.opening() != replay.opening()) {
      replay.close();
      load();
    } else if (failure != null) {
      replay.close();
      failed(StageFailure.thrown(failure));
    } else if (replay.isComplete()) {
      replay.close();
      loaded(replay);
    } else if (partition.failure() != null) {
      replay.close();
      failed(partition.failure());
    } else {
      waiting = replay; // the last events are not durable yet
      later(this::readWaiting);
    }
  }

  private void readWaiting() {
    GroupLogReplay replay = waiting;
    waiting = null;
    if (!stopped) {
      read(replay);
    }
  }

  private void loaded(GroupLogReplay replay) {
    readsOfDamage = 0;
    delayedFor = null;
    try {
      owner.loaded(replay);
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void later(Runnable task) {
    resources.timer().after(RETRY_MS, () -> owner.onOwner(task));
  }

  private void failed(RuntimeException failure) {
    BrokerException cause =
        failure instanceof BrokerException refusal
            ? refusal
            : new BrokerException(
                ErrorCode.INTERNAL,
                "reading the log of groups failed in the broker; see its log"
                    + " (event=groups_unavailable)",
                failure);
    if (!passes(cause)) {
      LOG.error("event=groups_unavailable partition={}", partition.id(), cause);
      owner.notLoaded(explained(cause));
      return;
    }
    if (delayedFor != cause.code()) {
      delayedFor = cause.code();
      LOG.warn(
          "event=groups_delayed partition={} code={} reason=\"{}\"",
          partition.id(),
          cause.code(),
          cause.getMessage());
    }
    if (partition.failure() != null) {
      owner.notLoaded(explained(cause)); // it may take long until the log is open
    }
    later(this::load);
  }

  /** Whether the same replay may succeed later, without a restart of the broker. */
  private boolean passes(BrokerException cause) {
    return switch (cause.code()) {
      case STORAGE_FAILED, SHUTTING_DOWN -> false;
      case OFFSET_OUT_OF_RANGE -> true; // a deletion has overtaken the replay
      case CORRUPT_LOG -> readsOfDamage++ < MAX_READS_OF_DAMAGE && partition.damage().isEmpty();
      default -> cause.code().retriable();
    };
  }

  private static BrokerException explained(BrokerException cause) {
    boolean says = cause.getMessage().contains(GroupLogReplay.NEXT_STEP);
    return cause.code() != ErrorCode.CORRUPT_LOG || says
        ? cause
        : new BrokerException(cause.code(), cause.getMessage() + GroupLogReplay.NEXT_STEP, cause);
  }
}
