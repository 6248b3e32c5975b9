package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds batch headers whose position is unknown, because no valid batch precedes them. A header is
 * recognized by its magic, version, field ranges, checksum and proof. Any thread.
 *
 * @param proof the proofs of the segment that is searched
 */
public record BatchHeaderSearch(BatchProof proof) {

  private static final int BLOCK_BYTES = 1 << 20;

  /**
   * Whether the bytes are a valid header.
   *
   * @param at where they begin in the buffer
   * @param position where they begin in the file
   */
  private boolean isHeader(ByteBuffer bytes, int at, int position) {
    return BatchHeader.magic(bytes, at) == BatchHeader.MAGIC
        && BatchHeader.version(bytes, at) == BatchHeader.VERSION
        && BatchHeader.length(bytes, at) >= BatchHeader.BYTES
        && BatchHeader.recordFormat(bytes, at) == BatchHeader.RECORD_FORMAT
        && BatchHeader.baseOffset(bytes, at) >= 0
        && BatchHeader.durableOffset(bytes, at) >= 0
        && BatchHeader.headerCrc(bytes, at) == BatchHeader.computeHeaderCrc(bytes, at)
        && proof.matches(bytes, at, position);
  }

  /**
   * The first position in a file, at or after {@code from}, that has a header; -1 if there is none.
   *
   * @param limit bytes of the file
   */
  public int find(SegmentChannel file, int from, int limit) throws IOException {
    ByteBuffer block =
        ByteBuffer.allocate(Math.min(BLOCK_BYTES, limit - from)).order(ByteOrder.LITTLE_ENDIAN);
    int blockAt = from;
    while (limit - blockAt >= BatchHeader.BYTES) {
      file.read(block.clear().limit(Math.min(block.capacity(), limit - blockAt)), blockAt);
      int at = find(block, 0, blockAt);
      if (at >= 0) {
        return blockAt + at;
      }
      int last = block.limit() - BatchHeader.BYTES;
      if (last < 0) {
        return -1;
      }
      blockAt += last + 1;
    }
    return -1;
  }

  /**
   * The first position in a buffer, at or after {@code from}, that has a header; -1 if none.
   *
   * @param bufferAt the position of the buffer's first byte in the file
   */
  int find(ByteBuffer bytes, int from, int bufferAt) {
    for (int at = from; at + BatchHeader.BYTES <= bytes.limit(); at++) {
      // A header begins with its length, which is four bytes and not zero.
      at = Math.max(at, nonZeroFrom(bytes, at) - Integer.BYTES + 1);
      if (at + BatchHeader.BYTES <= bytes.limit() && isHeader(bytes, at, bufferAt + at)) {
        return at;
      }
    }
    return -1;
  }

  /**
   * The first position at or after {@code from} whose byte is not zero, or the limit. It compares
   * eight bytes at a time: the bytes after the end of a log are usually zero, and this code runs at
   * start, when it is interpreted and slow.
   */
  static int nonZeroFrom(ByteBuffer bytes, int from) {
    int at = from;
    while (at + Long.BYTES <= bytes.limit() && bytes.getLong(at) == 0) {
      at += Long.BYTES;
    }
    while (at < bytes.limit() && bytes.get(at) == 0) {
      at++;
    }
    return at;
  }
}
