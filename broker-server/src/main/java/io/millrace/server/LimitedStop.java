package io.millrace.server;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Runs the stop of a broker, and waits for its end for a limited time. Without a limit, a device
 * that does not answer an fsync would keep the process alive forever.
 */
final class LimitedStop {

  /** The thread is visible in {@code jstack}; see {@code docs/architecture.md}. */
  private static final String THREAD = "millrace-shutdown";

  private LimitedStop() {}

  /**
   * Runs a stop on a thread of its own. Blocks until it has ended, or until the limit is reached.
   * The stop then continues on its daemon thread, which does not keep the process alive.
   *
   * @return whether the stop has ended within the limit
   */
  static boolean run(Runnable stop, Duration limit) {
    CompletableFuture<Boolean> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                stop.run();
              } finally {
                ended.complete(true);
              }
            },
            THREAD);
    thread.setDaemon(true);
    thread.start();
    return ended.completeOnTimeout(false, limit.toNanos(), TimeUnit.NANOSECONDS).join();
  }
}
