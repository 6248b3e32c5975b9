package io.millrace.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The end of processes that were told to end. */
final class ProcessEnd {

  private static final Duration LONGEST_STOP = Duration.ofMinutes(1);

  private ProcessEnd() {}

  /** Waits for it; kills the process if that takes too long. */
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

  /** Tells processes to end, and waits until they have; kills those that are left after a while. */
  static void force(List<ProcessHandle> processes, Duration patience) {
    processes.forEach(ProcessHandle::destroy);
    CompletableFuture.allOf(
            processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    processes.stream().filter(ProcessHandle::isAlive).forEach(ProcessHandle::destroyForcibly);
  }
}
