package io.millrace.core;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The threads of an engine that completes on other threads; can wait until they are idle. */
final class Completions implements Executor, AutoCloseable {

  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private int unfinished; // guarded by this

  @Override
  public void execute(Runnable task) {
    add(1);
    threads.execute(
        () -> {
          try {
            task.run();
          } finally {
            add(-1);
          }
        });
  }

  private synchronized void add(int tasks) {
    unfinished += tasks;
    notifyAll();
  }

  /** Waits until every task has ended. */
  synchronized void awaitIdle() {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(Await.LIMIT_SECONDS);
    while (unfinished > 0) {
      long leftMillis = TimeUnit.NANOSECONDS.toMillis(limit - System.nanoTime());
      if (leftMillis <= 0) {
        throw new AssertionError(unfinished + " completions have not ended");
      }
      try {
        wait(leftMillis);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
