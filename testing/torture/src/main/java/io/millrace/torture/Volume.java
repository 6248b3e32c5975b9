package io.millrace.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Where the tortured broker keeps its data. One thread, apart from {@link #close}. */
interface Volume extends AutoCloseable {

  /** The broker's data directory. */
  Path dataDirectory();

  /** Whether {@link #cutPower} loses what was not forced; without it only processes die. */
  boolean losesPower();

  /**
   * What was not forced to disk is lost from this moment on, and cannot be forced any more. Does
   * nothing to a volume that does not lose power.
   *
   * @param random picks files that the operating system happens to have written a moment before
   */
  void cutPower(SplittableRandom random) throws IOException, InterruptedException;

  /** Power is back; nobody may use the directory between a cut and this. */
  void restorePower() throws IOException, InterruptedException;

  /** Gives back what the operating system was asked for, such as mounts; keeps the data. */
  @Override
  void close();

  /** What a person has to know to look at the data after {@link #close}. */
  String whereToLook();

  /** A directory like any other. */
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

  /** Removes a directory and all that is in it. */
  static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
