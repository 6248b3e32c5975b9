package io.millrace.core;

import java.util.concurrent.Executor;

/**
 * The one thread that changes a partition. The server gives one of its event loops; an embedder or
 * a test gives an executor of one thread.
 */
public interface Owner extends Executor {

  /** Whether the calling thread is this owner's. */
  boolean isOwnerThread();
}
