package io.millrace.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The CPU time of a process, in user and kernel mode, including threads that have ended
 * (proc_pid_stat(5), {@code utime} and {@code stime}).
 */
public final class CpuClock {

  /** {@code USER_HZ}, which is 100 on every Linux, independent of the tick of the kernel. */
  private static final double TICKS_PER_SECOND = 100;

  /** The resolution of the clock. */
  public static final double RESOLUTION_SECONDS = 1 / TICKS_PER_SECOND;

  /** The index of {@code utime}, counted after the closing parenthesis of the command. */
  private static final int USER_FIELD = 11;

  private final Path stat;

  private CpuClock(Path stat) {
    this.stat = stat;
  }

  /** The clock of a process. */
  public static CpuClock of(long pid) {
    return new CpuClock(Path.of("/proc", Long.toString(pid), "stat"));
  }

  /** The CPU time since the process started, in seconds. */
  public double seconds() {
    try {
      String text = Files.readString(stat);
      // The command is in parentheses, and can have spaces and parentheses.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException("the process has ended: " + stat, e);
    }
  }
}
