package io.millrace.server.http;

import io.millrace.server.status.StatusPage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Makes costly pages on a thread of their own, one after the other. All requests for a page that
 * come before its making begins share it. So each request gets a page that is not older than the
 * request, and however many there are, each page waits at most once in the queue. It also runs what
 * takes long before a page: the check of a password. The thread starts with the first page, and
 * ends when it is idle. Any thread.
 */
final class CostlyPages implements AutoCloseable {

  private static final long IDLE_SECONDS = 60;
  private static final long CLOSE_SECONDS = 10;

  /** A check of a password takes about 10 ms. */
  private static final int MAX_TASKS = 100;

  private final ThreadPoolExecutor maker;
  private final AtomicInteger tasks = new AtomicInteger();

  /** The pages whose making has not begun, by path. Guarded by this object. */
  private final Map<String, CompletableFuture<StatusPage>> waiting = new HashMap<>();

  CostlyPages() {
    maker =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "millrace-http-pages");
              thread.setDaemon(true);
              return thread;
            });
    maker.allowCoreThreadTimeOut(true);
  }

  /**
   * Has a page made, if it is not in the queue already.
   *
   * @param page must not throw
   */
  synchronized CompletableFuture<StatusPage> make(String path, Supplier<StatusPage> page) {
    CompletableFuture<StatusPage> queued = waiting.get(path);
    if (queued != null) {
      return queued;
    }
    CompletableFuture<StatusPage> made = new CompletableFuture<>();
    try {
      maker.execute(
          () -> {
            begins(path);
            made.complete(page.get());
          });
      waiting.put(path, made);
    } catch (RejectedExecutionException closed) {
      made.complete(StatusPage.text(503, "the broker is shutting down"));
    }
    return made;
  }

  /**
   * Runs another task on the thread. The future fails with {@link RejectedExecutionException} if
   * too many tasks wait, or the broker is shutting down.
   */
  <T> CompletableFuture<T> run(Supplier<T> task) {
    if (tasks.incrementAndGet() > MAX_TASKS) {
      tasks.decrementAndGet();
      return CompletableFuture.failedFuture(new RejectedExecutionException("too many tasks wait"));
    }
    try {
      return CompletableFuture.supplyAsync(task, maker)
          .whenComplete((result, failure) -> tasks.decrementAndGet());
    } catch (RejectedExecutionException closed) {
      tasks.decrementAndGet();
      return CompletableFuture.failedFuture(closed);
    }
  }

  private synchronized void begins(String path) {
    waiting.remove(path);
  }

  /** Waits for the pages in the queue, at most 10 s. */
  @Override
  public void close() {
    maker.shutdown();
    try {
      maker.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
