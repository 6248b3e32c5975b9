package io.millrace.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The processor time that a process has used, in user and kernel mode, threads that have ended
 * included (proc_pid_stat(5), {@code utime} and {@code stime}). Its steps are 10 ms.
 */
public final class CpuClock {

  /** {@code USER_HZ}, which is the same for every Linux whatever the kernel's own tick. */
  private static final double TICKS_PER_SECOND = 100;

  /** Of {@code utime}, counted behind the command's closing parenthesis. */
  private static final int USER_FIELD = 11;

  private final Path stat;

  private CpuClock(Path stat) {
    this.stat = stat;
  }

  /** The clock of a process. */
  public static CpuClock of(long pid) {
    return new CpuClock(Path.of("/proc", Long.toString(pid), "stat"));
  }

  /** Seconds of processor time since the process began. */
  public double seconds() {
    try {
      String text = Files.readString(stat);
      // The command is in parentheses and may hold spaces and parentheses itself.
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(fields[USER_FIELD]) + Long.parseLong(fields[USER_FIELD + 1]);
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException("no such process any more: " + stat, e);
    }
  }
}
