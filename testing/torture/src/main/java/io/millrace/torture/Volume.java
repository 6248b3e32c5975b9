package io.millrace.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The file system on which the broker under torture keeps its data. Used by one thread; {@link
 * #close} can be called from any thread.
 */
interface Volume extends AutoCloseable {

  /** The broker's data directory. */
  Path dataDirectory();

  /**
   * Whether {@link #cutPower} removes what was not fsynced. If not, only the processes are killed.
   */
  boolean losesPower();

  /**
   * Simulates a power failure. From now on, nothing more is written to the disk, and everything
   * that was not fsynced is lost. On a volume that does not lose power, this does nothing.
   *
   * @param random selects the files that the kernel writes to the disk before the failure
   */
  void cutPower(SplittableRandom random) throws IOException, InterruptedException;

  /** Ends the power failure. Nobody may use the directory before. */
  void restorePower() throws IOException, InterruptedException;

  /** Frees the resources of the operating system, such as mounts. The data is kept. */
  @Override
  void close();

  /** How a person can look at the data after {@link #close}. */
  String whereToLook();

  /** An ordinary directory. */
  static Volume plain(Path directory) {
    return new Volume() {

      @Override
      public Path dataDirectory() {
        return directory.resolve("data");
      }

      @Override
      public boolean losesPower() {
        return false;
      }

      @Override
      public void cutPower(SplittableRandom random) {}

      @Override
      public void restorePower() {}

      @Override
      public void close() {}

      @Override
      public String whereToLook() {
        return dataDirectory().toString();
      }
    };
  }

  /** Deletes a directory with all its files. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
