package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread for requests that wait for the disk or take long, so that the caller's thread does
 * not. It serves them in the order in which they came. Any thread.
 */
public final class ControlThread {

  /** Most requests that wait for one control thread. */
  static final int MAX_WAITING = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);

  private final String name;
  private final ThreadPoolExecutor thread;

  /**
   * A thread that starts with its first request.
   *
   * @param name of the thread
   */
  public ControlThread(String name) {
    this.name = name;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            task -> new Thread(task, name));
  }

  /**
   * Runs a request on this thread.
   *
   * @return completes on this thread with the result of the request or with the exception that it
   *     threw; fails at once with {@link BrokerException} {@code TOO_MANY_IN_FLIGHT} when the queue
   *     is full, {@code SHUTTING_DOWN} after {@link #stop}
   */
  public <T> CompletableFuture<T> run(Supplier<T> request) {
    CompletableFuture<T> result = new CompletableFuture<>();
    try {
      thread.execute(() -> complete(result, request));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(refusal());
    }
    return result;
  }

  private static <T> void complete(CompletableFuture<T> result, Supplier<T> request) {
    try {
      result.complete(request.get());
    } catch (RuntimeException | Error e) {
      result.completeExceptionally(e);
    }
  }

  private BrokerException refusal() {
    return thread.isShutdown()
        ? BrokerException.shuttingDown()
        : new BrokerException(
            ErrorCode.TOO_MANY_IN_FLIGHT,
            MAX_WAITING
                + " requests wait for the broker's thread "
                + name
                + ", the most allowed; wait for answers, then try again");
  }

  /** Refuses new requests; those that wait are still served. Does not wait. */
  public void stop() {
    thread.shutdown();
  }

  /**
   * Waits, after {@link #stop}, until every request is served.
   *
   * @param deadlineNanos when to give up, by {@link System#nanoTime}
   */
  public void awaitEnd(long deadlineNanos) {
    try {
      if (!thread.awaitTermination(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        LOG.warn("event=control_thread_busy thread={}", name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
