package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment file as recovery finds it.
 *
 * @param baseOffset by its name
 * @param bytes of the file
 * @param reads how it is read
 */
public record StoredSegment(Path path, long baseOffset, int bytes, PositionalRead reads) {

  public static StoredSegment of(LogDirectory directory, long baseOffset, PositionalRead reads) {
    Path path = directory.segment(baseOffset);
    try {
      long bytes = Files.size(path);
      if (bytes > Integer.MAX_VALUE) {
        throw FileKind.SEGMENT.corrupt(path, bytes + " bytes, larger than any segment");
      }
      return new StoredSegment(path, baseOffset, (int) bytes, reads);
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /** For reading, and for mending a torn tail; the caller closes it. */
  public SegmentChannel open() {
    try {
      return SegmentChannel.open(path, reads, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /**
   * Whether this file, whose header is no header, can be what a crash left of a new segment. Its
   * first sector is written at once: it is still zero then, or the file holds no batch at all. A
   * batch that says more was durable than what came before this segment speaks against it, and so
   * does any batch where more is known to have been.
   *
   * @param synced every batch below this offset is known to have been forced
   */
  public boolean isHalfCreated(long synced) {
    if (bytes <= SegmentHeader.BYTES) {
      return true;
    }
    try (SegmentChannel file = SegmentChannel.open(path, reads)) {
      SegmentTail head = SegmentTail.read(file, 0, SegmentHeader.BYTES);
      if (file.isUnreadable(0, SegmentHeader.BYTES)) {
        return false;
      }
      return head.nonZeroBytes() == 0 && synced <= baseOffset
          ? saidDurable() <= baseOffset
          : saidDurable() < 0;
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** The highest offset that a batch in here says was durable when it was appended, or -1. */
  public long saidDurable() {
    try (SegmentChannel file = SegmentChannel.open(path, reads)) {
      int from = Math.min(SegmentHeader.BYTES, bytes);
      return SegmentTail.read(file, from, bytes).durableOffset();
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** The header; typed failures as {@link SegmentHeader#decode}. */
  public SegmentHeader header() {
    try (SegmentChannel file = SegmentChannel.open(path, reads)) {
      ByteBuffer header = ByteBuffer.allocate(SegmentHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      return SegmentHeader.decode(file.read(header, 0), path);
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** Whether zeros stand where a batch header would, or there is no room for one. */
  boolean isZeroAt(int position) {
    try (SegmentChannel file = SegmentChannel.open(path, reads)) {
      ByteBuffer header = file.read(ByteBuffer.allocate(BatchHeader.BYTES), position);
      while (header.hasRemaining()) {
        if (header.get() != 0) {
          return false;
        }
      }
      return !file.isUnreadable(position, position + (long) BatchHeader.BYTES);
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }
}
