package io.millrace.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Waits for the end of processes. */
final class ProcessEnd {

  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);

  private ProcessEnd() {}

  /** Waits until a process ends. Kills it after a minute. */
  static void await(Process process) {
    try {
      if (!process.waitFor(LONGEST_STOP.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Sends SIGTERM to processes and waits until they end. Kills those that have not ended after the
   * timeout.
   */
  static void terminate(List<ProcessHandle> processes, Duration timeout) {
    processes.forEach(ProcessHandle::destroy);
    CompletableFuture.allOf(
            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    processes.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }
}
