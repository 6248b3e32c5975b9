package io.millrace.core;

import java.util.concurrent.Executor;

/**
 * The one thread that changes a partition. In the server it is an event loop; in an embedding
 * program or a test it is an executor with one thread.
 */
public interface PartitionOwner extends Executor {

  /**
   * Runs a task after every task that waits for this owner now, including input from the network.
   * Long work uses it to run in steps. Any thread.
   */
  default void executeAfterOthers(Runnable task) {
    execute(task);
  }

  /** Whether the calling thread is this owner's. */
  boolean isOwnerThread();
}
