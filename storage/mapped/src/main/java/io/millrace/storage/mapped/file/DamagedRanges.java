package io.millrace.storage.mapped.file;

import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Damaged ranges of one log. On disk they are a {@link ChecksummedFile}, named after the log, with
 * this body:
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
 * @param all offsets ascending; ranges do not overlap
 */
public record DamagedRanges(List<DamagedRange> all) implements KnownDamage {

  static final DamagedRanges EMPTY = new DamagedRanges(List.of());

  private static final int HEADER_BYTES = 8;
  private static final int RANGE_BYTES = 32;

  public DamagedRanges {
    all = List.copyOf(all);
  }

  /**
   * Reads the ranges of a log; none if it has no such file.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public static DamagedRanges read(LogDirectory directory) {
    return ChecksummedFile.read(directory.damage(), FileKind.DAMAGE, directory.name())
        .map(body -> decode(body, directory))
        .orElse(EMPTY);
  }

  private static DamagedRanges decode(ByteBuffer body, LogDirectory directory) {
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
    return new DamagedRanges(read);
  }

  /** Replaces the ranges of a log durably. */
  void write(LogDirectory directory, Disk disk) {
    ByteBuffer body =
        ByteBuffer.allocate(HEADER_BYTES + all.size() * RANGE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    body.putInt(all.size()).putInt(0);
    for (DamagedRange range : all) {
      body.putLong(range.firstOffset()).putLong(range.endOffset()).putLong(range.segment());
      body.putInt(range.position()).putInt(range.bytes());
    }
    ChecksummedFile.replace(
        directory.damage(), FileKind.DAMAGE, directory.name(), body.flip(), disk);
  }

  @Override
  public DamagedRange containing(long offset) {
    DamagedRange range = endingAfter(offset);
    return range != null && range.contains(offset) ? range : null;
  }

  /** The first range that has an offset at or after this one, or null. */
  DamagedRange endingAfter(long offset) {
    for (DamagedRange range : all) {
      if (range.endOffset() > offset) {
        return range;
      }
    }
    return null;
  }

  /**
   * These ranges and another one, which replaces those that it overlaps. Ranges that continue each
   * other are one.
   */
  public DamagedRanges with(DamagedRange added) {
    List<DamagedRange> ranges = new ArrayList<>();
    for (DamagedRange range : all) {
      if (range.endOffset() <= added.firstOffset() || range.firstOffset() >= added.endOffset()) {
        ranges.add(range);
      }
    }
    ranges.add(added);
    ranges.sort(Comparator.comparingLong(DamagedRange::firstOffset));
    return new DamagedRanges(joined(ranges));
  }

  private static List<DamagedRange> joined(List<DamagedRange> ranges) {
    List<DamagedRange> joined = new ArrayList<>();
    for (DamagedRange range : ranges) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last).isContinuedBy(range)) {
        joined.set(last, joined.get(last).joined(range));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  /** These ranges without those that end at or before an offset. */
  DamagedRanges without(long endOffset) {
    return new DamagedRanges(all.stream().filter(range -> range.endOffset() > endOffset).toList());
  }
}
