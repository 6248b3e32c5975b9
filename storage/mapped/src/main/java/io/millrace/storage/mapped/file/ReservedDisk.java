package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.FreeSpace;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk with a reserve of free space and inodes, from which it allocates no segments. If the disk
 * is too full for appends, the broker can still write checkpoints and states, delete files and
 * close logs. It checks the free space once a second and when a segment is allocated, never for an
 * append. Any thread.
 */
public final class ReservedDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(ReservedDisk.class);

  private static final long WATCH_NANOS = 1_000_000_000L;

  /** Inodes that segments do not use. */
  static final int RESERVED_FILES = 64;

  private final Disk disk;
  private final long reservedBytes;
  private final Supplier<FreeSpace> free;
  private final AtomicBoolean full = new AtomicBoolean();

  /** The result of the last check; null before the first. */
  private volatile Checked last;

  /**
   * What a check has found.
   *
   * @param usable null if the file system did not tell
   * @param failure null if it did
   */
  private record Checked(FreeSpace usable, StorageException failure) {}

  /**
   * @param free what this process may still write on the file system
   */
  public ReservedDisk(Disk disk, long reservedBytes, Supplier<FreeSpace> free) {
    this.disk = disk;
    this.reservedBytes = reservedBytes;
    this.free = free;
  }

  /** Starts to check the free space once a second. */
  public void watch(Timer timer) {
    timer.after(WATCH_NANOS, () -> checkSpace(timer));
  }

  private void checkSpace(Timer timer) {
    try {
      freeSpace();
    } catch (StorageException e) {
      LOG.warn("event=free_space_unknown reason=\"{}\"", e.getMessage());
    }
    watch(timer);
  }

  /** Whether the smallest segment did not fit at the last check. */
  boolean isFull() {
    return full.get();
  }

  /**
   * What segments could still use at the last check. Waits for the file system only before the
   * first check, within a second after the start.
   */
  public FreeSpace lastFreeSpace() {
    Checked checked = last;
    if (checked == null) {
      return freeSpace();
    }
    if (checked.failure() != null) {
      StorageException failure = checked.failure();
      throw new StorageException(failure.code(), failure.getMessage(), failure);
    }
    return checked.usable();
  }

  /** Checks the free space: what segments may still use. Waits for the file system. */
  public FreeSpace freeSpace() {
    try {
      FreeSpace usable = ask();
      last = new Checked(usable, null);
      return usable;
    } catch (StorageException e) {
      last = new Checked(null, e);
      throw e;
    }
  }

  private FreeSpace ask() {
    FreeSpace all = free.get();
    FreeSpace usable =
        new FreeSpace(
            Math.max(0, all.bytes() - reservedBytes),
            all.files() == FreeSpace.UNLIMITED
                ? FreeSpace.UNLIMITED
                : Math.max(0, all.files() - RESERVED_FILES));
    boolean fullNow = usable.isFull();
    if (full.compareAndSet(!fullNow, fullNow)) {
      LOG.warn(
          "event={} missing={} usableBytes={} reservedBytes={} usableFiles={} reservedFiles={}",
          fullNow ? "disk_full" : "disk_has_room",
          missing(usable),
          usable.bytes(),
          reservedBytes,
          usable.files() == FreeSpace.UNLIMITED ? "unlimited" : usable.files(),
          RESERVED_FILES);
    }
    return usable;
  }

  private static String missing(FreeSpace usable) {
    if (!usable.isFull()) {
      return "nothing";
    }
    if (usable.files() > 0) {
      return "bytes";
    }
    return usable.bytes() < FreeSpace.SMALLEST_BYTES ? "bytes,files" : "files";
  }

  @Override
  public void allocate(Path file, int bytes) {
    FreeSpace usable = freeSpace();
    if (usable.files() == 0) {
      throw full(
          file
              + " needs an inode, and the last "
              + RESERVED_FILES
              + " of the file system are reserved; delete files");
    }
    if (bytes > usable.bytes()) {
      throw full(
          file
              + " needs "
              + bytes
              + " bytes, "
              + usable.bytes()
              + " are free in addition to the "
              + reservedBytes
              + " that are reserved (storage.reservedBytes); free space");
    }
    disk.allocate(file, bytes);
  }

  private static StorageException full(String why) {
    return new StorageException(
        ErrorCode.DISK_FULL,
        "the disk is full: " + why + ", shorten retention, or " + DiskFailure.DELETE);
  }

  @Override
  public void fsync(Path file, FileChannel channel) throws IOException {
    disk.fsync(file, channel);
  }

  @Override
  public int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException {
    return disk.read(file, channel, to, position);
  }

  @Override
  public void fsyncDirectory(Path directory) throws IOException {
    disk.fsyncDirectory(directory);
  }

  @Override
  public Mapping map(Path file, int bytes) {
    return disk.map(file, bytes);
  }
}
