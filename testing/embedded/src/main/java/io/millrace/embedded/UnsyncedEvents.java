package io.millrace.embedded;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Removes the events that were not fsynced from a copy of a data directory, as a power failure
 * does: the pages of a segment that were not written are zeros, and a segment whose name was not
 * written does not exist. The layout is that of {@code docs/file-format.md}.
 */
final class UnsyncedEvents {

  private static final String SEGMENT = ".log";
  private static final int SEGMENT_HEADER_BYTES = 64;

  private UnsyncedEvents() {}

  /**
   * Removes them.
   *
   * @param durable one past the last fsynced offset of each log
   */
  static void remove(Path dataDir, Map<LogId, Long> durable) {
    durable.forEach((log, end) -> remove(dataDir.resolve("logs").resolve(log.toString()), end));
  }

  private static void remove(Path log, long end) {
    try {
      for (Path segment : segments(log)) {
        if (baseOffset(segment) > end) {
          Files.delete(segment);
        } else {
          clear(segment, end);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> segments(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      return files.filter(file -> file.toString().endsWith(SEGMENT)).toList();
    }
  }

  private static long baseOffset(Path segment) {
    String name = segment.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SEGMENT.length()));
  }

  /** Overwrites the batches from an offset on with zeros. */
  private static void clear(Path segment, long end) throws IOException {
    byte[] bytes = Files.readAllBytes(segment);
    ByteBuffer batches = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int at = SEGMENT_HEADER_BYTES;
    while (at + BatchHeader.BYTES <= bytes.length
        && BatchHeader.magic(batches, at) == BatchHeader.MAGIC
        && BatchHeader.baseOffset(batches, at) < end) {
      at += BatchHeader.length(batches, at);
    }
    Arrays.fill(bytes, Math.min(at, bytes.length), bytes.length, (byte) 0);
    Files.write(segment, bytes);
  }
}
