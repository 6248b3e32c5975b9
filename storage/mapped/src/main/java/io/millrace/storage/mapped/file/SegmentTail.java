package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bytes of a segment after its last valid batch. They are zeros, or a torn tail, or durable
 * batches that the disk has damaged.
 *
 * <p>It reads at most {@link #MAX_BYTES}, since damage is local. A batch after these bytes can be
 * left from an earlier opening. It cannot continue the log, because its epoch is older.
 */
public final class SegmentTail {

  static final int MAX_BYTES = 8 << 20;

  private final SegmentChannel file;
  private final int from;
  private final ByteBuffer bytes;
  private final BatchHeaderSearch search;

  private SegmentTail(SegmentChannel file, int from, ByteBuffer bytes, BatchHeaderSearch search) {
    this.file = file;
    this.from = from;
    this.bytes = bytes;
    this.search = search;
  }

  /**
   * Reads the tail from a position on.
   *
   * @param file the file, which the caller closes after the last use of the tail
   * @param proof the proofs of the segment
   */
  public static SegmentTail read(SegmentChannel file, int from, int fileBytes, BatchProof proof)
      throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.min(fileBytes - from, MAX_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
    return new SegmentTail(file, from, file.read(bytes, from), new BatchHeaderSearch(proof));
  }

  /** How many bytes of the tail are not zero. */
  public long nonZeroBytes() {
    long count = 0;
    int at = BatchHeaderSearch.nonZeroFrom(bytes, 0);
    while (at < bytes.limit()) {
      count++;
      at = BatchHeaderSearch.nonZeroFrom(bytes, at + 1);
    }
    return count;
  }

  /** Whether the tail has a valid batch header after its first byte. */
  public boolean hasLaterHeader() {
    return search.find(bytes, 1, from) >= 0;
  }

  /**
   * The highest durable offset that a batch header in the tail states, or -1. The bytes of a batch
   * inside an event have no proof and say nothing about this log. Bytes that were never written
   * read as zeros. So bytes that the disk cannot read were written. If such bytes are before a
   * batch, everything before that batch was durable.
   */
  public long durableOffset() {
    long durable = -1;
    int at = search.find(bytes, 0, from);
    while (at >= 0) {
      durable = Math.max(durable, BatchHeader.durableOffset(bytes, at));
      if (file.isUnreadable(from, from + (long) at)) {
        durable = Math.max(durable, BatchHeader.baseOffset(bytes, at));
      }
      int length = BatchHeader.length(bytes, at);
      at = length < bytes.limit() - at ? search.find(bytes, at + length, from) : -1;
    }
    return durable;
  }

  /** Overwrites the tail with zeros, up to its last byte that is not zero. Does not fsync. */
  public void zero() throws IOException {
    int last = bytes.limit();
    while (last > 0 && bytes.get(last - 1) == 0) {
      last--;
    }
    WholeBuffer.write(file.channel(), ByteBuffer.allocate(last), from);
  }
}
