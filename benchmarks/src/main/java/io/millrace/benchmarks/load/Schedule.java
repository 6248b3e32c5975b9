package io.millrace.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Points in time at a constant rate. Waiting for them does not spin, because that would use one of
 * the measured cores. Used by one thread.
 */
final class Schedule {

  private final long startNanos;
  private final double nanosBetween;
  private long index;

  /** Starts the schedule now. */
  Schedule(int eventsPerSecond) {
    this.startNanos = System.nanoTime();
    this.nanosBetween = 1e9 / eventsPerSecond;
  }

  /**
   * Waits for the next point in time; does not wait if it has passed.
   *
   * @return the point in time, which can be earlier than the return of this method
   */
  long awaitNext() {
    long due = startNanos + (long) (index++ * nanosBetween);
    long left = due - System.nanoTime();
    while (left > 0) {
      LockSupport.parkNanos(left);
      left = due - System.nanoTime();
    }
    return due;
  }

  /**
   * Turns off the timer slack of the calling thread. By default, the kernel wakes a thread up to 50
   * us late, to save interrupts (PR_SET_TIMERSLACK(2const)); this would count as latency of the
   * broker.
   */
  static void wakePunctually() {
    try {
      String thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
      Files.writeString(Path.of("/proc", thread, "timerslack_ns"), "1");
    } catch (IOException e) {
      System.err.println(
          "the schedule may be 50 us late, because the timer slack cannot be set: " + e);
    }
  }
}
