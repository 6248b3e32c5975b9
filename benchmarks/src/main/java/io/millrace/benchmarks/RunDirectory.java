package io.millrace.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory for the data of one run, gigabytes of it; deleted with the run. */
final class RunDirectory implements AutoCloseable {

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /** Makes one, and the parent if it is not there. */
  static RunDirectory create(Path parent) throws IOException {
    return new RunDirectory(
        Files.createTempDirectory(Files.createDirectories(parent), "bench-data-"));
  }

  Path path() {
    return path;
  }

  /**
   * Deletes it with all that is in it. May be called again, also at the same time: what a process
   * that ends wrote or deleted meanwhile is seen to by the last call.
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
