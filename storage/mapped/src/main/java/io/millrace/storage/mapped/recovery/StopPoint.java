package io.millrace.storage.mapped.recovery;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.mapped.file.BatchCursor;
import io.millrace.storage.mapped.file.BatchHeaderSearch;
import io.millrace.storage.mapped.file.DamagedRange;
import io.millrace.storage.mapped.file.ExpectedBatch;
import io.millrace.storage.mapped.file.KnownDamage;
import io.millrace.storage.mapped.file.SegmentChannel;
import io.millrace.storage.mapped.file.SegmentTail;
import io.millrace.storage.mapped.file.StoredSegment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The position at which a cursor found no valid batch, with the bytes and segments that follow it.
 *
 * <p>It determines the offset up to which the log was durable. This offset distinguishes damage
 * from the end of the log. It also determines where the damage ends. Changes nothing on disk. One
 * thread.
 *
 * @param segment the segment, whose size limits the bytes that are examined
 * @param file the file of the segment, which the caller closes
 * @param later the segments after it, oldest first
 * @param cursor a cursor at the position
 */
public record StopPoint(
    StoredSegment segment, SegmentChannel file, List<StoredSegment> later, BatchCursor cursor) {

  private static final int BLOCK_BYTES = 64 * 1024;

  /** Whether the next segment continues the log at the offset of this point. */
  boolean isContinuedByNextSegment() {
    return !later.isEmpty() && later.get(0).baseOffset() == cursor.nextOffset();
  }

  /**
   * The largest offset below which every batch is known to be durable.
   *
   * @param known what the checkpoint, the closed mark and the batches before this point say
   */
  long durableOffset(long known) throws IOException {
    int position = cursor.position();
    int bytes = segment.bytes();
    long durable = known;
    if (position < bytes) {
      durable =
          Math.max(
              durable, SegmentTail.read(file, position, bytes, segment.proof()).durableOffset());
    }
    for (StoredSegment next : later) {
      durable = Math.max(durable, next.statedDurableOffset());
      if (file.isUnreadable(position, bytes)) {
        durable = Math.max(durable, next.baseOffset());
      }
    }
    return durable;
  }

  /**
   * The damage at this point, in a log whose end is not known.
   *
   * @param durable end offset of the damage if no batch and no segment follows
   */
  DamagedRange damage(long durable) throws IOException {
    if (later.isEmpty()) {
      return damageInPreallocated(durable, Long.MAX_VALUE);
    }
    long next = later.get(0).baseOffset();
    return damageInPreallocated(next, next);
  }

  /**
   * The damage at this point, in a sealed segment. Its file may have zeros after the last batch.
   *
   * @param endOffset the end offset of the segment
   */
  public DamagedRange damageInSealed(long endOffset) throws IOException {
    return damageInPreallocated(endOffset, endOffset);
  }

  /**
   * The damage at this point, in a segment whose bytes end with the last batch. That batch may end
   * in zeros, and appends continue directly after it.
   *
   * @param endOffset offset at the end of the bytes
   */
  public DamagedRange damageBeforeEnd(long endOffset) throws IOException {
    DamagedRange range = upToNextBatch(endOffset);
    return range != null ? range : upTo(segment.bytes(), endOffset);
  }

  /**
   * @param endOffset end offset of the damage if no batch follows
   * @param maxOffset largest base offset that a batch after the damage can have; a larger one is in
   *     the bytes of an event that contains a batch
   */
  private DamagedRange damageInPreallocated(long endOffset, long maxOffset) throws IOException {
    DamagedRange range = upToNextBatch(maxOffset);
    return range != null ? range : upTo(endOfBytes(), endOffset);
  }

  /**
   * The damage up to the next valid batch, or null if there is none. It first tries the position
   * that follows from the length in the damaged header, because a search may find a batch inside an
   * event.
   */
  private DamagedRange upToNextBatch(long maxOffset) throws IOException {
    int position = cursor.position();
    int next = positionByLength(position);
    if (next > 0 && isNextBatch(next, maxOffset, !cursor.isPayloadDamaged())) {
      return upTo(next, baseOffsetAt(next));
    }
    for (int at = find(position); at >= 0; at = find(at + 1)) {
      if (isNextBatch(at, maxOffset, true)) {
        return upTo(at, baseOffsetAt(at));
      }
    }
    return null;
  }

  private DamagedRange upTo(int end, long endOffset) {
    int position = cursor.position();
    return new DamagedRange(
        cursor.nextOffset(), endOffset, segment.baseOffset(), position, end - position);
  }

  private int find(int from) throws IOException {
    return from >= segment.bytes()
        ? -1
        : new BatchHeaderSearch(segment.proof()).find(file, from, segment.bytes());
  }

  /** The position of the next batch according to the damaged header's length, or -1. */
  private int positionByLength(int position) throws IOException {
    ByteBuffer header = headerAt(position);
    if (header.limit() < BatchHeader.BYTES) {
      return -1;
    }
    int length = BatchHeader.length(header, 0);
    return length >= BatchHeader.BYTES && length <= segment.bytes() - position
        ? position + length
        : -1;
  }

  /**
   * Whether a position has a valid batch that can follow the damage.
   *
   * @param verifyPayload whether to check the payload too; not necessary if a valid header gave the
   *     position
   */
  private boolean isNextBatch(int at, long maxOffset, boolean verifyPayload) throws IOException {
    ByteBuffer header = headerAt(at);
    if (header.limit() < BatchHeader.BYTES) {
      return false;
    }
    long base = BatchHeader.baseOffset(header, 0);
    return base > cursor.nextOffset()
        && base <= maxOffset
        && new BatchCursor(
                    file,
                    segment.bytes(),
                    new ExpectedBatch(at, base, cursor.epoch()),
                    segment.proof(),
                    KnownDamage.NONE)
                .check(verifyPayload)
            == BatchCursor.Found.BATCH;
  }

  private long baseOffsetAt(int at) throws IOException {
    return BatchHeader.baseOffset(headerAt(at), 0);
  }

  private ByteBuffer headerAt(int at) throws IOException {
    int there = Math.max(0, Math.min(BatchHeader.BYTES, segment.bytes() - at));
    return file.read(ByteBuffer.allocate(there).order(ByteOrder.LITTLE_ENDIAN), at);
  }

  /**
   * The position after the last byte that is not zero or cannot be read; the cursor's position if
   * none.
   */
  private int endOfBytes() throws IOException {
    int limit = segment.bytes();
    ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    int end = cursor.position();
    int at = end;
    while (at < limit) {
      file.read(block.clear().limit(Math.min(BLOCK_BYTES, limit - at)), at);
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
    return Math.max(end, Math.min(file.unreadableUpTo(limit), limit));
  }
}
