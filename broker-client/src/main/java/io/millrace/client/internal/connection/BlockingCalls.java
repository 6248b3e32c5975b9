package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Blocks a caller's thread until the event loop has an answer, which it always has in time. */
public final class BlockingCalls {

  private BlockingCalls() {}

  /**
   * @throws IllegalStateException on the event loop, which must not wait for itself
   */
  public static void requireOffLoop(ReconnectingLink link, String what) {
    if (link.eventLoop().inEventLoop()) {
      throw new IllegalStateException(
          what + " waits, which the client's event loop must not: do it on another thread");
    }
  }

  /**
   * @throws MillraceException the failure that the future has, with this thread's stack; {@code
   *     INTERRUPTED}
   * @throws IllegalStateException on the event loop, which must not wait for itself
   */
  public static <T> T forAnswer(ReconnectingLink link, CompletableFuture<T> future) {
    requireOffLoop(link, "this call");
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw ClientFailures.interrupted("the broker's answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof MillraceException failure) {
        throw ClientFailures.again(failure);
      }
      throw new IllegalStateException("the client failed", e.getCause());
    }
  }
}
