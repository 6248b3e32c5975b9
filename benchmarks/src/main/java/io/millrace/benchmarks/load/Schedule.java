package io.millrace.benchmarks.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Moments at a steady rate, and waiting for them without spinning, which would take one of the
 * cores that are measured. For one thread.
 */
final class Schedule {

  private final long startNanos;
  private final double nanosBetween;
  private long index;

  /** Starts now. */
  Schedule(int eventsPerSecond) {
    this.startNanos = System.nanoTime();
    this.nanosBetween = 1e9 / eventsPerSecond;
  }

  /**
   * Waits for the next moment; not at all when it is past.
   *
   * @return the moment, whenever this method returns
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
   * Asks the kernel to wake the calling thread on the dot. Else it may be 50 us late, to save
   * interrupts (PR_SET_TIMERSLACK(2const)), which would count as latency of the broker.
   */
  static void wakePunctually() {
    try {
      String thread = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString();
      Files.writeString(Path.of("/proc", thread, "timerslack_ns"), "1");
    } catch (IOException e) {
      System.err.println("the schedule may be 50 us late, for timer slack stays as it is: " + e);
    }
  }
}
