package io.millrace.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The page cache of the machine. Only root can drop it. */
public final class PageCache {

  private static final Path DROP = Path.of("/proc/sys/vm/drop_caches");

  private PageCache() {}

  /** Whether this process can drop the page cache. */
  public static boolean canDrop() {
    return Files.isWritable(DROP);
  }

  /** Drops all clean pages that no process has mapped and touched. */
  static void drop() {
    try {
      DiskSync.all();
      Files.writeString(DROP, "1");
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot drop the page cache (only root can): " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while sync was running", e);
    }
  }
}
