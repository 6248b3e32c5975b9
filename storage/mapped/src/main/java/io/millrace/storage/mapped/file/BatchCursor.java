package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A position among the batches of a segment file. It checks the batch at the position and moves
 * from batch to batch.
 *
 * <p>It reads the file and never a mapping: if a mapping is longer than its file, a checksum over
 * it crashes the JVM. One thread.
 */
public final class BatchCursor {

  /** The result of a check. */
  public enum Found {
    /** A valid batch that continues the log. */
    BATCH,
    /** No batch: zeros in the place of a header, or too few bytes for one. */
    END,
    /** Bytes that are no valid batch, or a batch that does not continue the log. */
    DAMAGE
  }

  private static final int BLOCK_BYTES = 64 * 1024;

  /** The payload checksum covers the bytes from here to the end of the batch. */
  private static final int PAYLOAD_AT = 48;

  private final SegmentChannel file;
  private final int limit;
  private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** The header at the position. It has a buffer of its own: a payload check replaces the block. */
  private final ByteBuffer header =
      ByteBuffer.allocate(BatchHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private final BatchProof proof;
  private final KnownDamage knownDamage;
  private final long segment;

  private int blockAt;
  private int position;
  private int length;
  private long nextOffset;
  private int epoch;
  private String damage = "";
  private boolean payloadDamaged;
  private boolean skippedDamage;

  /**
   * @param file the file, which the caller closes
   * @param limit bytes of the file
   * @param first where the cursor begins
   * @param proof the proofs of the segment
   * @param knownDamage ranges that the cursor skips
   */
  public BatchCursor(
      SegmentChannel file,
      int limit,
      ExpectedBatch first,
      BatchProof proof,
      KnownDamage knownDamage) {
    this.file = file;
    this.limit = limit;
    this.position = first.position();
    this.nextOffset = first.baseOffset();
    this.epoch = first.epoch();
    this.proof = proof;
    this.knownDamage = knownDamage;
    this.segment = LogDirectory.segmentOf(file.path());
    block.limit(0);
  }

  /**
   * Checks the batch at the position. After {@code BATCH}, {@link #advance()} moves to the next.
   *
   * @param verifyPayload whether to check the payload's checksum too
   */
  public Found check(boolean verifyPayload) throws IOException {
    skipKnownDamage();
    payloadDamaged = false;
    if (limit - position < BatchHeader.BYTES) {
      return Found.END;
    }
    int at = fill(position, BatchHeader.BYTES);
    header.clear().put(0, block, at, BatchHeader.BYTES);
    boolean unreadable = file.isUnreadable(position, position + (long) BatchHeader.BYTES);
    if (isZero() && !unreadable) {
      return Found.END;
    }
    damage = unreadable ? "the disk cannot read its header" : headerDamage();
    if (damage.isEmpty()) {
      length = BatchHeader.length(header, 0);
      if (verifyPayload && BatchHeader.payloadCrc(header, 0) != payloadCrc()) {
        damage =
            file.isUnreadable(position, position + (long) length)
                ? "the disk cannot read all of it"
                : "its payload checksum does not match";
        payloadDamaged = true;
      }
    }
    return damage.isEmpty() ? Found.BATCH : Found.DAMAGE;
  }

  private void skipKnownDamage() {
    DamagedRange range = knownDamage.containing(nextOffset);
    skippedDamage = false;
    while (range != null && range.segment() == segment) {
      position = range.endPosition();
      nextOffset = range.endOffset();
      skippedDamage = true;
      range = knownDamage.containing(nextOffset);
    }
  }

  /** Whether the last check has moved over known damage first, whatever it found after it. */
  public boolean hasSkippedDamage() {
    return skippedDamage;
  }

  /** After {@code DAMAGE}: whether the header is valid and only the payload is damaged. */
  public boolean isPayloadDamaged() {
    return payloadDamaged;
  }

  /** Moves past the batch that the last check found. */
  public void advance() {
    nextOffset = BatchHeader.nextOffset(header, 0);
    epoch = BatchHeader.epoch(header, 0);
    position += length;
  }

  /** The header that the last check read, at the buffer's position. Valid until the next check. */
  public ByteBuffer header() {
    return header.clear();
  }

  public int position() {
    return position;
  }

  /** Bytes of the batch that the last check found. */
  public int length() {
    return length;
  }

  /** The base offset expected at the position. */
  public long nextOffset() {
    return nextOffset;
  }

  /** The least epoch that the batch at the position may have. */
  public int epoch() {
    return epoch;
  }

  /** The reason for the last {@code DAMAGE}. */
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
    if (!proof.matches(header, 0, position)) {
      return "its checksum matches, but not its proof: it was not appended at this position, for"
          + " example because it is inside the value of an event";
    }
    requireReadable();
    if (needed < BatchHeader.BYTES || needed > limit - position) {
      return "its length of " + needed + " bytes exceeds the file's " + limit;
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
          + " is older than the epoch of the previous batch, "
          + epoch
          + ": it is left over from an earlier opening";
    }
    return "";
  }

  /** Throws {@code LOG_TOO_NEW} for a batch that only a newer build can have written. */
  private void requireReadable() {
    int version = BatchHeader.version(header, 0);
    int format = BatchHeader.recordFormat(header, 0);
    if (version > BatchHeader.VERSION || format != BatchHeader.RECORD_FORMAT) {
      throw new StorageException(
          ErrorCode.LOG_TOO_NEW,
          file.path()
              + " has a batch of version "
              + version
              + " and record format "
              + format
              + " at position "
              + position
              + ", this build reads version "
              + BatchHeader.VERSION
              + " and record format "
              + BatchHeader.RECORD_FORMAT
              + "; start the Millrace version that wrote it, or a newer one");
    }
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

  /**
   * Makes bytes of the file available in the block.
   *
   * @return where they begin in the block
   */
  private int fill(int from, int wanted) throws IOException {
    if (from < blockAt || from + wanted > blockAt + block.limit()) {
      blockAt = from;
      file.read(block.clear().limit(Math.min(BLOCK_BYTES, limit - from)), from);
      if (block.limit() < wanted) {
        throw new IOException(
            file.path() + " ends at " + (from + block.limit()) + ", expected " + limit + " bytes");
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
