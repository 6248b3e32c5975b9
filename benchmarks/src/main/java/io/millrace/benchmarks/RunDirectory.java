package io.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The directory for the data of one run, which can have gigabytes. {@link #close} deletes it. */
final class RunDirectory implements AutoCloseable {

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /** Creates a directory, and its parent if that does not exist. */
  static RunDirectory create(Path parent) throws IOException {
    return new RunDirectory(
        Files.createTempDirectory(Files.createDirectories(parent), "bench-data-"));
  }

  Path path() {
    return path;
  }

  /**
   * Deletes the directory with all its files. It can be called again, also at the same time: the
   * last call deletes the files that an ending process has created since the previous call.
   */
  @Override
  public synchronized void close() throws IOException {
    if (Files.notExists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
