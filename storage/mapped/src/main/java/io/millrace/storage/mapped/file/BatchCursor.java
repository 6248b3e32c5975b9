package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Goes through the batches of a segment file by reading it, never through a mapping: a checksum
 * over a mapping whose file is shorter than believed ends the JVM. One thread.
 */
public final class BatchCursor {

  /** What stands at the scan's position. */
  public enum Found {
    /** A whole batch that continues the log. */
    BATCH,
    /** Nothing: zeros where a header would be, or no room for one. */
    END,
    /** Bytes that are no batch, or none that continues the log. */
    DAMAGE
  }

  private static final int BLOCK_BYTES = 64 * 1024;

  private final SegmentChannel bytes;
  private final int limit;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** The header at the scan's position; checking a payload takes the block farther. */
  private final ByteBuffer header =
      ByteBuffer.allocate(BatchHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private final DamageRecord damaged;
  private final long segment;

  private int blockAt;
  private int position;
  private int length;
  private long nextOffset;
  private int epoch;
  private String damage = "";
  private boolean payloadDamaged;

  /**
   * @param bytes not taken over
   * @param position where the scan begins
   * @param limit bytes of the file
   * @param nextOffset base offset of the batch expected there
   * @param epoch least epoch allowed there
   * @param damaged ranges that are passed over
   */
  public BatchCursor(
      SegmentChannel bytes,
      int position,
      int limit,
      long nextOffset,
      int epoch,
      DamageRecord damaged) {
    this.bytes = bytes;
    this.position = position;
    this.limit = limit;
    this.nextOffset = nextOffset;
    this.epoch = epoch;
    this.damaged = damaged;
    this.segment = LogDirectory.segmentOf(bytes.path());
    block.limit(0);
  }

  /** Looks at the scan's position; after {@code BATCH}, {@link #skip()} moves behind it. */
  public Found look(boolean verifyPayload) throws IOException {
    passKnownDamage();
    payloadDamaged = false;
    if (limit - position < BatchHeader.BYTES) {
      return Found.END;
    }
    int at = fill(position, BatchHeader.BYTES);
    header.clear().put(0, block, at, BatchHeader.BYTES);
    boolean unreadable = bytes.isUnreadable(position, position + (long) BatchHeader.BYTES);
    if (isZero() && !unreadable) {
      return Found.END;
    }
    damage = unreadable ? "the disk cannot read its header" : headerDamage();
    if (damage.isEmpty()) {
      length = BatchHeader.length(header, 0);
      if (verifyPayload && BatchHeader.payloadCrc(header, 0) != payloadCrc()) {
        damage =
            bytes.isUnreadable(position, position + (long) length)
                ? "the disk cannot read all of it"
                : "its payload checksum does not match";
        payloadDamaged = true;
      }
    }
    return damage.isEmpty() ? Found.BATCH : Found.DAMAGE;
  }

  private void passKnownDamage() {
    DamagedRange range = damaged.containing(nextOffset);
    while (range != null && range.segment() == segment) {
      position = range.endPosition();
      nextOffset = range.endOffset();
      range = damaged.containing(nextOffset);
    }
  }

  /** Whether, after {@code DAMAGE}, there is a whole header here and only the payload is bad. */
  boolean isPayloadDamaged() {
    return payloadDamaged;
  }

  /** Moves behind the batch that was found. */
  public void skip() {
    nextOffset = BatchHeader.nextOffset(header, 0);
    epoch = BatchHeader.epoch(header, 0);
    position += length;
  }

  /** The header that was looked at, at the buffer's position. Valid until the next look. */
  public ByteBuffer header() {
    return header.clear();
  }

  public int position() {
    return position;
  }

  /** Bytes of the batch that was found. */
  public int length() {
    return length;
  }

  /** Base offset of the batch here, or expected here. */
  public long nextOffset() {
    return nextOffset;
  }

  public int epoch() {
    return epoch;
  }

  /** What is wrong here, after {@code DAMAGE}. */
  public String damage() {
    return damage;
  }

  private String headerDamage() {
    int needed = BatchHeader.length(header, 0);
    if (BatchHeader.magic(header, 0) != BatchHeader.MAGIC) {
      return "it does not begin with a batch's magic";
    }
    if (BatchHeader.headerCrc(header, 0) != BatchHeader.computeHeaderCrc(header, 0)) {
      return "its header checksum does not match";
    }
    if (BatchHeader.version(header, 0) > BatchHeader.VERSION) {
      throw new StorageException(
          ErrorCode.LOG_TOO_NEW,
          bytes.path()
              + " has a batch of version "
              + BatchHeader.version(header, 0)
              + " at position "
              + position
              + ", this build reads up to "
              + BatchHeader.VERSION
              + "; start the Millrace version that wrote it, or a newer one");
    }
    if (needed < BatchHeader.BYTES || needed > limit - position) {
      return "its length of " + needed + " bytes reaches beyond the file's " + limit;
    }
    if (BatchHeader.baseOffset(header, 0) != nextOffset) {
      return "its base offset is " + BatchHeader.baseOffset(header, 0) + ", expected " + nextOffset;
    }
    if (BatchHeader.lastOffsetDelta(header, 0) < 0) {
      return "its last offset delta is " + BatchHeader.lastOffsetDelta(header, 0);
    }
    if (BatchHeader.epoch(header, 0) < epoch) {
      return "its epoch "
          + BatchHeader.epoch(header, 0)
          + " is older than that of the batch before it, "
          + epoch
          + ": a leftover";
    }
    return "";
  }

  private int payloadCrc() throws IOException {
    CRC32C crc = new CRC32C();
    int at = position + PAYLOAD_AT;
    int end = position + length;
    while (at < end) {
      int from = fill(at, 1);
      int part = Math.min(block.limit() - from, end - at);
      crc.update(block.array(), from, part);
      at += part;
    }
    return (int) crc.getValue();
  }

  /** The payload checksum covers everything from here to the end of the batch. */
  private static final int PAYLOAD_AT = 48;

  /** Makes so many bytes from a position on available; where they begin in the block. */
  private int fill(int from, int wanted) throws IOException {
    if (from < blockAt || from + wanted > blockAt + block.limit()) {
      blockAt = from;
      bytes.read(block.clear().limit(Math.min(BLOCK_BYTES, limit - from)), from);
      if (block.limit() < wanted) {
        throw new IOException(
            bytes.path() + " ends at " + (from + block.limit()) + ", expected " + limit + " bytes");
      }
    }
    return from - blockAt;
  }

  private boolean isZero() {
    for (int at = 0; at < BatchHeader.BYTES; at++) {
      if (header.get(at) != 0) {
        return false;
      }
    }
    return true;
  }
}
