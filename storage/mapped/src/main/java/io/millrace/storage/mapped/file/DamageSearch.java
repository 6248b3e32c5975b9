package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Finds how far damage in a segment reaches: to the next batch, which is where the damaged one's
 * length says or has to be searched for, or to the end of what stands in the file.
 */
public final class DamageSearch {

  private static final int BLOCK_BYTES = 64 * 1024;

  private final long segment;
  private final SegmentChannel bytes;
  private final int limit;

  /**
   * @param segment its base offset
   * @param limit bytes of the file that are looked at
   */
  public DamageSearch(long segment, SegmentChannel bytes, int limit) {
    this.segment = segment;
    this.bytes = bytes;
    this.limit = limit;
  }

  /**
   * The damage at which a scan has stopped, in a file that may go on behind its last batch.
   *
   * @param endOffset what follows if there is no batch behind the damage
   * @param maxOffset largest base offset that a batch behind it may have; larger ones are parts of
   *     an event that happens to contain a batch
   */
  public DamagedRange at(BatchCursor scan, long endOffset, long maxOffset) throws IOException {
    DamagedRange range = upToNextBatch(scan, maxOffset);
    return range != null ? range : upTo(endOfBytes(scan.position()), scan, endOffset);
  }

  /**
   * The damage at which a scan has stopped, where everything up to the limit is batches. The last
   * one may end in zeros, and what is appended comes to stand behind them.
   *
   * @param endOffset the offset at the limit
   */
  public DamagedRange within(BatchCursor scan, long endOffset) throws IOException {
    DamagedRange range = upToNextBatch(scan, endOffset);
    return range != null ? range : upTo(limit, scan, endOffset);
  }

  /** Null if there is no batch behind it. */
  private DamagedRange upToNextBatch(BatchCursor scan, long maxOffset) throws IOException {
    int position = scan.position();
    long offset = scan.nextOffset();
    int behind = behindByLength(position);
    if (behind > 0
        && isBatchIn(behind, scan.epoch(), offset, maxOffset, !scan.isPayloadDamaged())) {
      return upTo(behind, scan, baseOffsetAt(behind));
    }
    for (int at = find(position); at >= 0; at = find(at + 1)) {
      if (isBatchIn(at, scan.epoch(), offset, maxOffset, true)) {
        return upTo(at, scan, baseOffsetAt(at));
      }
    }
    return null;
  }

  private DamagedRange upTo(int end, BatchCursor scan, long endOffset) {
    int position = scan.position();
    return new DamagedRange(scan.nextOffset(), endOffset, segment, position, end - position);
  }

  private long baseOffsetAt(int at) throws IOException {
    return BatchHeader.baseOffset(headerAt(at), 0);
  }

  private int find(int from) throws IOException {
    return from >= limit ? -1 : BatchHeaderSearch.find(bytes, from, limit);
  }

  /**
   * Where the next batch begins if the damaged header's length is right, or -1. Tried first: a
   * search may come across a batch that is part of an event.
   */
  private int behindByLength(int position) throws IOException {
    ByteBuffer header = headerAt(position);
    if (header.limit() < BatchHeader.BYTES) {
      return -1;
    }
    int length = BatchHeader.length(header, 0);
    return length >= BatchHeader.BYTES && length <= limit - position ? position + length : -1;
  }

  /**
   * Whether a batch stands at a position, with an offset after one and up to another.
   *
   * @param whole also its payload; not asked of one that stands where a good header says
   */
  private boolean isBatchIn(int at, int epoch, long after, long upTo, boolean whole)
      throws IOException {
    ByteBuffer header = headerAt(at);
    if (header.limit() < BatchHeader.BYTES) {
      return false;
    }
    long base = BatchHeader.baseOffset(header, 0);
    return base > after
        && base <= upTo
        && new BatchCursor(bytes, at, limit, base, epoch, DamageRecord.NONE).look(whole)
            == BatchCursor.Found.BATCH;
  }

  private ByteBuffer headerAt(int at) throws IOException {
    int there = Math.max(0, Math.min(BatchHeader.BYTES, limit - at));
    return bytes.read(ByteBuffer.allocate(there).order(ByteOrder.LITTLE_ENDIAN), at);
  }

  /** The position behind the last byte that is not zero, or not known; {@code from} if none is. */
  private int endOfBytes(int from) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    int end = from;
    int at = from;
    while (at < limit) {
      bytes.read(block.clear().limit(Math.min(BLOCK_BYTES, limit - at)), at);
      if (block.limit() == 0) {
        break;
      }
      for (int i = 0; i < block.limit(); i++) {
        if (block.get(i) != 0) {
          end = at + i + 1;
        }
      }
      at += block.limit();
    }
    return Math.max(end, Math.min(bytes.unreadableUpTo(limit), limit));
  }
}
