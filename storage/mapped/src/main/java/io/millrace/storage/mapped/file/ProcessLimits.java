package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The limits of the operating system for this process, as Linux reports them under {@code /proc}
 * (proc_pid_limits(5), proc_sys_vm(5)). Any thread.
 */
public final class ProcessLimits {

  /** The limit is not known. */
  private static final long UNKNOWN = -1;

  /** The text of the limits has less than 2 KiB. */
  private static final int MAX_TEXT_BYTES = 8 * 1024;

  private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+)");
  private static final Pattern NUMBER = Pattern.compile("(\\d+)");

  // Both stay open, because they are read when no file can be opened. Each read from the beginning
  // returns the limits of that moment.
  private static final RandomAccessFile LIMITS = open("/proc/self/limits");
  private static final RandomAccessFile MAX_MAP_COUNT = open("/proc/sys/vm/max_map_count");

  private ProcessLimits() {}

  /** The number of files that this process may have open; -1 if it is not known or not limited. */
  public static long openFiles() {
    return read(LIMITS, OPEN_FILES);
  }

  /** The number of memory maps that this process may have; -1 if it is not known. */
  public static long memoryMaps() {
    return read(MAX_MAP_COUNT, NUMBER);
  }

  private static RandomAccessFile open(String file) {
    try {
      return new RandomAccessFile(file, "r");
    } catch (IOException unreadable) {
      return null; // messages then do not have the number
    }
  }

  private static long read(RandomAccessFile file, Pattern limit) {
    if (file == null) {
      return UNKNOWN;
    }
    byte[] text = new byte[MAX_TEXT_BYTES];
    int bytes;
    synchronized (file) {
      try {
        file.seek(0);
        bytes = file.read(text);
      } catch (IOException unreadable) {
        return UNKNOWN;
      }
    }
    Matcher found =
        limit.matcher(new String(text, 0, Math.max(0, bytes), StandardCharsets.US_ASCII));
    return found.find() ? Long.parseLong(found.group(1)) : UNKNOWN;
  }
}
