package io.millrace.core;

import java.util.concurrent.Executor;

/**
 * The one thread that changes a partition. The server gives one of its event loops; an embedder or
 * a test gives an executor of one thread.
 */
public interface Owner extends Executor {

  /**
   * Runs a task after what others have for this owner by now, what has come over the network
   * included: for long work that goes on piece by piece. Any thread.
   */
  default void executeAfterOthers(Runnable task) {
    execute(task);
  }

  /** Whether the calling thread is this owner's. */
  boolean isOwnerThread();
}
