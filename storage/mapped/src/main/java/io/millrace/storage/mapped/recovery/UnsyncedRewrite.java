package io.millrace.storage.mapped.recovery;

import io.millrace.storage.mapped.file.DamageRecord;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogKey;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentHeader;
import io.millrace.storage.mapped.file.StoredSegment;
import io.millrace.storage.mapped.file.WholeBuffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Makes a recovered log durable up to its end: rewrites every batch that is not known to be
 * durable, and fsyncs it.
 *
 * <p>An fsync alone is not enough. After a failed fsync the kernel may mark pages as clean that
 * never reached the disk, and a second fsync then succeeds without writing them (Rebello et al.,
 * "Can Applications Recover from fsync Failures?", 2020). Blocks on the disk. One thread.
 */
record UnsyncedRewrite(LogDirectory directory, Disk disk, DamageRecord damage, LogKey key) {

  private static final int COPY_BYTES = 64 * 1024;

  /**
   * @param segments oldest first
   * @param durableOffset every batch below this offset is known to be durable
   */
  void run(List<RecoveredSegment> segments, long durableOffset) throws IOException {
    for (RecoveredSegment segment : segments) {
      if (segment.endOffset() > durableOffset) {
        StoredSegment stored = StoredSegment.of(directory, segment.baseOffset(), disk, key);
        try (SegmentChannel file = stored.openToRepair()) {
          rewrite(segment, file, firstNotDurable(segment, durableOffset));
          disk.fsync(stored.path(), file.channel());
        }
      }
    }
    disk.fsyncDirectory(directory.path());
    disk.fsyncDirectory(directory.path().getParent());
  }

  /** The position of a batch at or before the first one that is not known to be durable. */
  private static int firstNotDurable(RecoveredSegment segment, long durableOffset) {
    int entry = segment.index() == null ? -1 : segment.index().floorOfOffset(durableOffset);
    return entry < 0 ? SegmentHeader.BYTES : segment.index().position(entry);
  }

  /** Leaves damaged ranges as they are. */
  private void rewrite(RecoveredSegment segment, SegmentChannel file, int from) throws IOException {
    int at = from;
    for (DamagedRange range : damage.all()) {
      if (range.segment() == segment.baseOffset() && range.endPosition() > at) {
        rewrite(file, at, range.position());
        at = range.endPosition();
      }
    }
    rewrite(file, at, segment.end());
  }

  private static void rewrite(SegmentChannel file, int from, int to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(COPY_BYTES);
    for (int at = from; at < to; at += bytes.limit()) {
      file.read(bytes.clear().limit(Math.min(COPY_BYTES, to - at)), at);
      if (bytes.limit() == 0) {
        throw new IOException("the file ends at " + at + ", expected " + to + " bytes");
      }
      if (file.isUnreadable(at, at + (long) bytes.limit())) {
        throw new IOException("the disk can no longer read bytes after position " + at);
      }
      WholeBuffer.write(file.channel(), bytes, at);
    }
  }
}
