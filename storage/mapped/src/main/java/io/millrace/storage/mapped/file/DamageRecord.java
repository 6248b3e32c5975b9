package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.StorageException;
import java.util.List;

/**
 * The {@link DamagedRanges} of an open log, in memory and durably on disk. Any thread; the ranges
 * are an immutable list.
 */
public final class DamageRecord implements KnownDamage {

  private final LogDirectory directory;
  private final Disk disk;
  private volatile DamagedRanges ranges = DamagedRanges.EMPTY;
  private long startOffset; // guarded by this
  private boolean closed; // guarded by this

  DamageRecord(LogDirectory directory, Disk disk) {
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * Reads the ranges from the disk.
   *
   * @throws StorageException {@code CORRUPT_LOG}, {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}
   */
  public synchronized void load() {
    ranges = DamagedRanges.read(directory);
  }

  /** The ranges, offsets ascending. */
  public List<DamagedRange> all() {
    return ranges.all();
  }

  /** The offsets of the ranges, ascending. */
  public List<DamagedOffsets> offsets() {
    return all().stream().map(DamagedRange::offsets).toList();
  }

  @Override
  public DamagedRange containing(long offset) {
    return ranges.containing(offset);
  }

  /** The first range that has an offset at or after this one, or null. */
  public DamagedRange endingAfter(long offset) {
    return ranges.endingAfter(offset);
  }

  /** Ends all writes: from now on the file belongs to the next opening of the log. */
  public synchronized void close() {
    closed = true;
  }

  /**
   * Adds a range durably; it replaces the ranges that it overlaps. A range that retention has
   * dropped meanwhile is ignored.
   *
   * @throws StorageException {@code STORAGE_FAILED} if the log is closed, {@code DISK_FULL}
   */
  public synchronized void add(DamagedRange range) {
    if (closed) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "log " + directory.path().getFileName() + " is closed");
    }
    if (range.endOffset() > startOffset) {
      replace(ranges.with(range));
    }
  }

  /** Removes the ranges that retention has dropped. */
  public synchronized void dropBefore(long start) {
    startOffset = start;
    if (!all().isEmpty() && all().get(0).endOffset() <= start) {
      replace(ranges.without(start));
    }
  }

  private void replace(DamagedRanges now) {
    now.write(directory, disk);
    ranges = now;
  }
}
