package io.millrace.core;

import io.millrace.group.Command;
import java.util.List;
import java.util.function.Supplier;

/**
 * The queues of a shard, which are made when somebody uses them: a broker without queues loads none
 * of their classes. Owner thread of the shard.
 */
final class LazyQueues {

  private final Supplier<ShardQueues> make;

  /** Null until somebody uses queues. */
  private ShardQueues queues;

  /** What a machine that was just loaded decides on first. */
  private List<Command> reopening = List.of();

  LazyQueues(Supplier<ShardQueues> make) {
    this.make = make;
  }

  ShardQueues get() {
    if (queues == null) {
      queues = make.get();
    }
    return queues;
  }

  /** Whether somebody uses queues. */
  boolean isUsed() {
    return queues != null;
  }

  boolean hasWork() {
    return isUsed() && queues.hasWork();
  }

  void topicsChanged() {
    if (isUsed()) {
      queues.topicsChanged();
    }
  }

  /** A new machine was loaded. */
  void loaded() {
    if (isUsed()) {
      reopening = queues.reopened();
    }
  }

  /** What the machine that was just loaded decides on first. One call. */
  List<Command> reopening() {
    List<Command> first = reopening;
    reopening = List.of();
    return first;
  }

  /** The groups of the shard cannot be served. */
  void notLoaded(BrokerException cause) {
    if (isUsed()) {
      queues.refuseAll(cause);
    }
  }

  void stop(BrokerException cause) {
    if (isUsed()) {
      queues.stop(cause);
    }
  }

  /** When a wait is over, by the monotonic clock; {@code Long.MAX_VALUE}: nobody waits. */
  long nextDeadlineMicros() {
    return isUsed() ? queues.nextDeadlineMicros() : Long.MAX_VALUE;
  }

  long bytes() {
    return isUsed() ? queues.bytes() : 0;
  }
}
