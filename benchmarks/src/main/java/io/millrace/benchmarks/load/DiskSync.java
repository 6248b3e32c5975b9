package io.millrace.benchmarks.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Syncs file systems to their disks, with the program {@code sync}. */
public final class DiskSync {

  private DiskSync() {}

  /**
   * Syncs the file system of a path. Blocks until it is done.
   *
   * @throws IOException if {@code sync} fails; the message has what it printed
   */
  public static void fileSystemOf(Path path) throws IOException, InterruptedException {
    run("-f", path.toString());
  }

  /** Syncs all file systems. Blocks until it is done. */
  static void all() throws IOException, InterruptedException {
    run();
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sync"));
    command.addAll(List.of(arguments));
    Process sync = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(sync.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (sync.waitFor() != 0) {
      throw new IOException(
          String.join(" ", command)
              + " failed with exit code "
              + sync.exitValue()
              + ": "
              + output.strip());
    }
  }
}
