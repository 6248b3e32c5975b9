package io.millrace.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process of a benchmark run failed. The message ends with the last 20 lines of the log of the
 * process.
 */
final class BenchFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private static final int LAST_LINES = 20;

  BenchFailure(String message, Path log) {
    super(message + "; the last lines of " + log + ":\n" + tail(log));
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (IOException e) {
      return "(cannot be read: " + e + ")";
    }
  }
}
