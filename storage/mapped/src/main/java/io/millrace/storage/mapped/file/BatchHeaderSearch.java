package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds batch headers where the batch before does not tell where the next one is. */
public final class BatchHeaderSearch {

  private static final int BLOCK_BYTES = 1 << 20;

  private BatchHeaderSearch() {}

  /** Whether the bytes at a position are a header with a matching checksum. */
  static boolean isHeader(ByteBuffer bytes, int at) {
    return BatchHeader.magic(bytes, at) == BatchHeader.MAGIC
        && BatchHeader.version(bytes, at) == BatchHeader.VERSION
        && BatchHeader.length(bytes, at) >= BatchHeader.BYTES
        && BatchHeader.durableOffset(bytes, at) <= BatchHeader.baseOffset(bytes, at)
        && BatchHeader.headerCrc(bytes, at) == BatchHeader.computeHeaderCrc(bytes, at);
  }

  /** The first position from {@code from} on with a header, or -1. */
  public static int find(SegmentChannel bytes, int from, int limit) throws IOException {
    ByteBuffer block =
        ByteBuffer.allocate(Math.min(BLOCK_BYTES, limit - from)).order(ByteOrder.LITTLE_ENDIAN);
    int blockAt = from;
    while (limit - blockAt >= BatchHeader.BYTES) {
      bytes.read(block.clear().limit(Math.min(block.capacity(), limit - blockAt)), blockAt);
      int last = block.limit() - BatchHeader.BYTES;
      for (int at = 0; at <= last; at++) {
        if (isHeader(block, at)) {
          return blockAt + at;
        }
      }
      if (last < 0) {
        return -1;
      }
      blockAt += last + 1;
    }
    return -1;
  }
}
