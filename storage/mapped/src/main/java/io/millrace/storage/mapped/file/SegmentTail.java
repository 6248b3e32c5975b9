package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What follows the last good batch of a segment: nothing, what a crash left of unforced appends, or
 * what is left of forced ones that the disk has lost. Looks {@link #REACH_BYTES} far: damage is
 * local, and what lies farther is kept from being taken for a batch by its epoch.
 */
public final class SegmentTail {

  static final int REACH_BYTES = 8 << 20;

  private final SegmentChannel source;
  private final int from;
  private final ByteBuffer bytes;

  private SegmentTail(SegmentChannel source, int from, ByteBuffer bytes) {
    this.source = source;
    this.from = from;
    this.bytes = bytes;
  }

  public static SegmentTail read(SegmentChannel source, int from, int fileBytes)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.min(fileBytes - from, REACH_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    return new SegmentTail(source, from, source.read(bytes, from));
  }

  public long nonZeroBytes() {
    long count = 0;
    for (int at = nonZeroFrom(0); at < bytes.limit(); at = nonZeroFrom(at + 1)) {
      count++;
    }
    return count;
  }

  /** Whether a whole header stands anywhere behind the first byte. */
  public boolean hasHeaderBehind() {
    return headerFrom(1) >= 0;
  }

  /**
   * The highest offset that a batch in here says was durable when it was appended, or -1. A batch
   * whose own header is whole is stepped over, so that an event which contains a batch says
   * nothing. One behind bytes that the disk cannot read says that these were written, since what
   * was not reads as zeros.
   */
  public long durableOffset() {
    long durable = -1;
    int at = headerFrom(0);
    while (at >= 0) {
      durable = Math.max(durable, BatchHeader.durableOffset(bytes, at));
      if (source.isUnreadable(from, from + (long) at)) {
        durable = Math.max(durable, BatchHeader.baseOffset(bytes, at));
      }
      int length = BatchHeader.length(bytes, at);
      at = length < bytes.limit() - at ? headerFrom(at + length) : -1;
    }
    return durable;
  }

  /** The first position from one on at which a header stands, or -1. */
  private int headerFrom(int from) {
    for (int at = from; at + BatchHeader.BYTES <= bytes.limit(); at++) {
      // A header begins with a length, of four bytes, that is not zero.
      at = Math.max(at, nonZeroFrom(at) - Integer.BYTES + 1);
      if (at + BatchHeader.BYTES <= bytes.limit() && BatchHeaderSearch.isHeader(bytes, at)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * The first position from one on that is not zero, or the end. Eight bytes at a time: behind a
   * log's end all is zero as a rule, and code that runs at a start is slow, for it is interpreted.
   */
  private int nonZeroFrom(int from) {
    int at = from;
    while (at + Long.BYTES <= bytes.limit() && bytes.getLong(at) == 0) {
      at += Long.BYTES;
    }
    while (at < bytes.limit() && bytes.get(at) == 0) {
      at++;
    }
    return at;
  }

  /** Overwrites what is not zero. Not forced. */
  public void zero() throws IOException {
    int last = bytes.limit();
    while (last > 0 && bytes.get(last - 1) == 0) {
      last--;
    }
    ByteBuffer zeros = ByteBuffer.allocate(last);
    while (zeros.hasRemaining()) {
      source.channel().write(zeros, from + (long) zeros.position());
    }
  }
}
