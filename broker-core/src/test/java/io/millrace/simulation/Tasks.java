package io.millrace.simulation;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;

/** An executor without a thread: its tasks run when the simulation decides. */
final class Tasks extends AbstractExecutorService {

  private final ArrayDeque<Runnable> queued = new ArrayDeque<>();

  @Override
  public void execute(Runnable task) {
    queued.add(task);
  }

  /** Runs the oldest task; false if there is none. */
  boolean runOne() {
    Runnable task = queued.poll();
    if (task != null) {
      task.run();
    }
    return task != null;
  }

  boolean isEmpty() {
    return queued.isEmpty();
  }

  @Override
  public void shutdown() {
    queued.clear();
  }

  @Override
  public List<Runnable> shutdownNow() {
    throw new UnsupportedOperationException("a simulated thread just ends");
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    throw new UnsupportedOperationException("nobody waits in a simulation");
  }
}
