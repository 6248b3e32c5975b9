package io.millrace.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Measures the disk of the current directory. */
final class DiskSpeed {

  private static final int BLOCK_BYTES = 1024 * 1024;

  private DiskSpeed() {}

  /**
   * Writes a file of this size, drops the page cache, and reads the file sequentially.
   *
   * @return bytes per second of the read
   */
  static double sequentialRead(long bytes) {
    try {
      Path file = Files.createTempFile(Path.of("").toAbsolutePath(), "disk-speed-", ".bin");
      try {
        write(file, bytes);
        PageCache.drop();
        return read(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot measure the disk", e);
    }
  }

  private static void write(Path file, long bytes) throws IOException {
    byte[] random = new byte[BLOCK_BYTES];
    new Random(4711).nextBytes(random);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long written = 0; written < bytes; ) {
        written += channel.write(ByteBuffer.wrap(random));
      }
      channel.force(true);
    }
  }

  private static double read(Path file) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    long start = System.nanoTime();
    long bytes = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int n = channel.read(block); n >= 0; n = channel.read(block.clear())) {
        bytes += n;
      }
    }
    return bytes / ((System.nanoTime() - start) / 1e9);
  }
}
