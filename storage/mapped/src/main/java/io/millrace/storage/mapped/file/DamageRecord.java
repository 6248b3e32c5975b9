package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The damaged ranges of one log, in memory and in a forced {@link ChecksummedFile} with this body:
 *
 * <pre>
 *  0  i32  ranges
 *  4  i32  reserved      0
 *  8       ranges, 32 bytes each, offsets ascending:
 *           0  i64  first offset
 *           8  i64  end offset
 *          16  i64  base offset of the segment
 *          24  i32  position in that segment
 *          28  i32  bytes
 * </pre>
 *
 * Any thread; the ranges are an immutable list.
 */
public final class DamageRecord {

  /** Of a log looked at without regard to what is known of it. */
  public static final DamageRecord NONE = new DamageRecord(null, null);

  private static final int HEADER_BYTES = 8;
  private static final int RANGE_BYTES = 32;

  private final LogDirectory directory;
  private final Disk disk;
  private volatile List<DamagedRange> ranges = List.of();
  private long startOffset; // guarded by this
  private boolean closed; // guarded by this

  public DamageRecord(LogDirectory directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * Reads what is known.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public synchronized void load() {
    ranges =
        ChecksummedFile.read(directory.damage(), FileKind.DAMAGE)
            .map(this::decode)
            .orElse(List.of());
  }

  private List<DamagedRange> decode(ByteBuffer body) {
    if (body.limit() < HEADER_BYTES
        || body.limit() != HEADER_BYTES + (long) body.getInt(0) * RANGE_BYTES) {
      throw FileKind.DAMAGE.corrupt(directory.damage(), "its length does not match its ranges");
    }
    List<DamagedRange> read = new ArrayList<>();
    long last = 0;
    for (int at = HEADER_BYTES; at < body.limit(); at += RANGE_BYTES) {
      DamagedRange range =
          new DamagedRange(
              body.getLong(at),
              body.getLong(at + 8),
              body.getLong(at + 16),
              body.getInt(at + 24),
              body.getInt(at + 28));
      if (range.firstOffset() < last
          || range.endOffset() <= range.firstOffset()
          || range.position() < SegmentHeader.BYTES
          || range.bytes() < 0) {
        throw FileKind.DAMAGE.corrupt(directory.damage(), "its ranges do not ascend");
      }
      last = range.endOffset();
      read.add(range);
    }
    return List.copyOf(read);
  }

  public List<DamagedRange> all() {
    return ranges;
  }

  /** The range that contains an offset, or null. */
  public DamagedRange containing(long offset) {
    DamagedRange range = endingAfter(offset);
    return range != null && range.contains(offset) ? range : null;
  }

  /** The first range with offsets at or after this one, or null. */
  public DamagedRange endingAfter(long offset) {
    for (DamagedRange range : ranges) {
      if (range.endOffset() > offset) {
        return range;
      }
    }
    return null;
  }

  /** From here on the file belongs to the next opening of the log. */
  public synchronized void close() {
    closed = true;
  }

  /**
   * Takes note of a range, on disk when this returns; ranges within it are absorbed. One that
   * retention has dropped meanwhile is none.
   *
   * @throws StorageException {@code STORAGE_FAILED} if the log is closed, {@code DISK_FULL}
   */
  public synchronized void add(DamagedRange range) {
    if (closed) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "log " + directory.path().getFileName() + " is closed");
    }
    if (range.endOffset() <= startOffset) {
      return;
    }
    List<DamagedRange> grown = new ArrayList<>();
    for (DamagedRange known : ranges) {
      if (known.endOffset() <= range.firstOffset() || known.firstOffset() >= range.endOffset()) {
        grown.add(known);
      }
    }
    grown.add(range);
    grown.sort(Comparator.comparingLong(DamagedRange::firstOffset));
    replace(grown);
  }

  /** Forgets what retention has dropped. */
  public synchronized void dropBefore(long start) {
    startOffset = start;
    if (!ranges.isEmpty() && ranges.get(0).endOffset() <= start) {
      replace(ranges.stream().filter(range -> range.endOffset() > start).toList());
    }
  }

  private void replace(List<DamagedRange> now) {
    ByteBuffer body =
        ByteBuffer.allocate(HEADER_BYTES + now.size() * RANGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    body.putInt(now.size()).putInt(0);
    for (DamagedRange range : now) {
      body.putLong(range.firstOffset()).putLong(range.endOffset()).putLong(range.segment());
      body.putInt(range.position()).putInt(range.bytes());
    }
    ChecksummedFile.replace(directory.damage(), FileKind.DAMAGE, body.flip(), disk);
    ranges = List.copyOf(now);
  }

  /** What a reader is told that comes to a range. */
  public StorageException refusal(DamagedRange range) {
    return new StorageException(
        ErrorCode.CORRUPT_LOG,
        "offsets "
            + range.firstOffset()
            + " to "
            + (range.endOffset() - 1)
            + " of log "
            + directory.path().getFileName()
            + " are damaged ("
            + range.bytes()
            + " bytes at position "
            + range.position()
            + " of "
            + directory.segment(range.segment()).getFileName()
            + ", kept in the data directory's quarantine); subscribe from offset "
            + range.endOffset()
            + " to go on");
  }
}
