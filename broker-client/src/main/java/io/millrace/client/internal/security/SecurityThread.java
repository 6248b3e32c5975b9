package io.millrace.client.internal.security;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what would block the event loop: reading files, asking suppliers of the program, and the
 * arithmetic of passwords, which takes milliseconds. It has one thread, which ends when it has had
 * no work for a second. Thread-safe.
 */
public final class SecurityThread {

  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> newThread(work));

  /** Starts no thread yet. */
  public SecurityThread() {
    executor.allowCoreThreadTimeOut(true);
  }

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "millrace-client-security");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs a task. It waits for the tasks before it, so the caller needs a timeout.
   *
   * @return completes on the event loop; never, if the event loop has ended
   */
  public <T> Future<T> call(EventExecutor eventLoop, Callable<T> task) {
    Promise<T> outcome = eventLoop.newPromise();
    executor.execute(() -> run(eventLoop, task, outcome));
    return outcome;
  }

  private static <T> void run(EventExecutor eventLoop, Callable<T> task, Promise<T> outcome) {
    Runnable report;
    try {
      T value = task.call();
      report = () -> outcome.trySuccess(value);
    } catch (Throwable failure) {
      report = () -> outcome.tryFailure(failure);
    }
    try {
      eventLoop.execute(report);
    } catch (RejectedExecutionException closed) {
      // The client is closed, so nothing waits for the outcome.
    }
  }
}
