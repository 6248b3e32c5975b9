package io.millrace.storage.mapped.recovery;

import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogIdentity;
import io.millrace.storage.mapped.file.OwnerOnly;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.WholeBuffer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A sealed segment without batches. It takes the place of segments that are missing at the start of
 * a log, so that the log keeps its start, and a reader of the missing offsets is refused.
 */
record EmptySegment(LogIdentity identity, LogDirectory directory, Disk disk) {

  private static final int CAPACITY_BYTES = 4096;

  /** Creates the file durably. */
  void create(long baseOffset) {
    Path segment = directory.segment(baseOffset);
    Path temporary = segment.resolveSibling(segment.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          OwnerOnly.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        WholeBuffer.write(
            channel, new SegmentHeader(identity, CAPACITY_BYTES, baseOffset).encode());
        disk.fsync(temporary, channel);
      }
      Files.move(temporary, segment, StandardCopyOption.ATOMIC_MOVE);
      disk.fsyncDirectory(directory.path());
    } catch (IOException e) {
      throw DiskFailure.of("create", segment, e);
    }
  }
}
