package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.StorageException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link DamagedRanges} of an open log, in memory and durably on disk. Ranges that could not be
 * read or not be kept are in memory only: the next opening finds them again, or finds that they can
 * be read. Any thread; the ranges are an immutable list.
 */
public final class DamageRecord implements KnownDamage {

  private static final Logger LOG = LoggerFactory.getLogger(DamageRecord.class);

  private final LogDirectory directory;
  private final Disk disk;
  private volatile DamagedRanges ranges = DamagedRanges.EMPTY;
  private volatile DamagedRanges saved = DamagedRanges.EMPTY;

  /** The start of the log for its readers: damage below it does not count. */
  private volatile long deletedBefore;

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
    saved = DamagedRanges.read(directory);
    ranges = saved;
  }

  /** The ranges, offsets ascending. */
  public List<DamagedRange> all() {
    return ranges.all();
  }

  /** The offsets of the ranges that count, ascending. */
  public List<DamagedOffsets> offsets() {
    return all().stream().filter(range -> !isDeleted(range)).map(DamagedRange::offsets).toList();
  }

  /**
   * The events below an offset are deleted. The ranges there stay as long as their segments,
   * because searches of these segments skip them.
   */
  public void deletedBefore(long offset) {
    deletedBefore = offset;
  }

  /** Whether all offsets of a range are deleted, so that it is no damage. */
  public boolean isDeleted(DamagedRange range) {
    return range.endOffset() <= deletedBefore;
  }

  @Override
  public DamagedRange containing(long offset) {
    return ranges.containing(offset);
  }

  /** The ranges that are on disk, for files that are written because of them. */
  public KnownDamage saved() {
    return offset -> saved.containing(offset);
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
      save(saved.with(range));
      ranges = ranges.with(range);
    }
  }

  /**
   * Adds a range in memory only.
   *
   * @return false if the log is closed, or if retention has dropped the range
   */
  public synchronized boolean addUnsaved(DamagedRange range) {
    if (closed || range.endOffset() <= startOffset) {
      return false;
    }
    ranges = ranges.with(range);
    return true;
  }

  /**
   * Removes the ranges that retention has dropped. If the file cannot be written, it keeps them
   * until the next call: they are of no effect, and retention must not depend on free space.
   */
  public synchronized void dropBefore(long start) {
    startOffset = start;
    ranges = ranges.without(start);
    if (saved.all().isEmpty() || saved.all().get(0).endOffset() > start) {
      return;
    }
    try {
      save(saved.without(start));
    } catch (StorageException e) {
      LOG.debug(
          "event=damage_record_not_shortened file={} reason=\"{}\"",
          directory.damage(),
          e.getMessage());
    }
  }

  private void save(DamagedRanges now) {
    now.write(directory, disk);
    saved = now;
  }
}
