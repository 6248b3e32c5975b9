package io.millrace.benchmarks;

import java.util.concurrent.TimeUnit;

/** The end of a process that was told to end. */
final class ProcessEnd {

  private static final long LONGEST_STOP_SECONDS = 60;

  private ProcessEnd() {}

  /** Waits for it; kills the process if that takes too long. */
  static void await(Process process) {
    try {
      if (!process.waitFor(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
