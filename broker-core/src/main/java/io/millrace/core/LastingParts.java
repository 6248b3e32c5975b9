package io.millrace.core;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a partition that stay when its log is opened again. */
record LastingParts(
    PartitionName name,
    PartitionOwner owner,
    Subscriptions subscriptions,
    PartitionMetrics metrics) {

  private static final Logger LOG = LoggerFactory.getLogger(LastingParts.class);

  /** Runs a task on the owner's thread, or drops it if that thread has ended. Any thread. */
  void tellOwner(Runnable task) {
    try {
      owner.execute(task);
    } catch (RejectedExecutionException e) {
      LOG.warn("event=owner_ended_before_partition partition={}", name.log(), e);
    }
  }

  /**
   * Runs a task on the owner's thread. If that thread has ended, the calling thread runs the task,
   * because no other thread changes the partition. Any thread.
   */
  CompletableFuture<Void> onOwner(Runnable task) {
    try {
      return CompletableFuture.runAsync(task, owner);
    } catch (RejectedExecutionException e) {
      task.run();
      return CompletableFuture.completedFuture(null);
    }
  }
}
