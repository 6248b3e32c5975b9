package io.millrace.client.internal.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the event loop carries out at once. Thread-safe. */
final class LoopWait {

  private final Duration longest;
  private volatile boolean blocked;

  /**
   * @param longest after this time, a callback of the program blocks the event loop
   */
  LoopWait(Duration longest) {
    this.longest = longest;
  }

  /**
   * Waits. Interrupts do not end the wait, and are kept.
   *
   * @return false if the event loop is blocked; a second call then does not wait again
   */
  boolean await(CompletableFuture<?> done) {
    long deadlineNanos = System.nanoTime() + (blocked ? 0 : longest.toNanos());
    boolean interrupted = false;
    try {
      while (true) {
        try {
          done.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
          blocked = false;
          return true;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (TimeoutException e) {
          blocked = true;
          return false;
        } catch (ExecutionException e) {
          throw new IllegalStateException("the client failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
