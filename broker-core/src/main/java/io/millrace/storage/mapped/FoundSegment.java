package io.millrace.storage.mapped;

import io.millrace.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A segment file as recovery finds it.
 *
 * @param baseOffset by its name
 * @param bytes of the file
 */
record FoundSegment(Path path, long baseOffset, int bytes) {

  static FoundSegment of(LogDirectory directory, long baseOffset) {
    Path path = directory.segment(baseOffset);
    try {
      long bytes = Files.size(path);
      if (bytes > Integer.MAX_VALUE) {
        throw FileKind.SEGMENT.corrupt(path, bytes + " bytes, larger than any segment");
      }
      return new FoundSegment(path, baseOffset, (int) bytes);
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /** For reading, and for mending a torn tail; the caller closes it. */
  FileChannel open() {
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /**
   * Whether this file, whose header is no header, can be what a crash left of a new segment. Its
   * first sector is written at once: it is still zero then, or the file holds no batch at all. A
   * batch that says more was durable than what came before this segment speaks against it.
   */
  boolean isHalfCreated() {
    if (bytes <= SegmentHeader.BYTES) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(path)) {
      TornTail head = TornTail.read(channel, 0, SegmentHeader.BYTES);
      return head.nonZeroBytes() == 0 ? saidDurable() <= baseOffset : saidDurable() < 0;
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** The highest offset that a batch in here says was durable when it was appended, or -1. */
  long saidDurable() {
    try (FileChannel channel = FileChannel.open(path)) {
      int from = Math.min(SegmentHeader.BYTES, bytes);
      return TornTail.read(channel, from, bytes).durableOffset();
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
  }

  /** The header; typed failures as {@link SegmentHeader#decode}. */
  SegmentHeader header() {
    return SegmentHeader.decode(read(0, SegmentHeader.BYTES), path);
  }

  /** Whether zeros stand where a batch header would, or there is no room for one. */
  boolean isZeroAt(int position) {
    ByteBuffer header = read(position, BatchHeader.BYTES);
    while (header.hasRemaining()) {
      if (header.get() != 0) {
        return false;
      }
    }
    return true;
  }

  /** At most so many bytes, fewer at the end of the file; little-endian, from position 0. */
  private ByteBuffer read(int position, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(path)) {
      while (bytes.hasRemaining() && channel.read(bytes, position + (long) bytes.position()) >= 0) {
        // A read may give less than asked for.
      }
    } catch (IOException e) {
      throw DiskFailure.of("read", path, e);
    }
    return bytes.flip();
  }
}
