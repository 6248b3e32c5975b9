package io.millrace.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The bytes that a process has read from disk (proc_pid_io(5), {@code read_bytes}). */
final class DiskReads {

  private static final String FIELD = "read_bytes: ";

  private final Path io;

  private DiskReads(Path io) {
    this.io = io;
  }

  /** The counter of a process. */
  static DiskReads of(long pid) {
    return new DiskReads(Path.of("/proc", Long.toString(pid), "io"));
  }

  /** The bytes since the process started. */
  long bytes() {
    try (Stream<String> lines = Files.lines(io)) {
      return lines
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(line -> Long.parseLong(line.substring(FIELD.length())))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + io, e);
    }
  }
}
