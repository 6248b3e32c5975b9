package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk with a reserve of free space, from which it allocates no segments. If the disk is too full
 * for appends, the broker can still write checkpoints and states, delete files and close logs. It
 * checks the free space once a second and when a segment is allocated, never for an append. Any
 * thread.
 */
public final class ReservedDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(ReservedDisk.class);

  private static final long WATCH_NANOS = 1_000_000_000L;

  private final Disk disk;
  private final long reservedBytes;
  private final LongSupplier freeBytes;
  private final AtomicBoolean full = new AtomicBoolean();

  /**
   * @param freeBytes the bytes that this process may still write on the file system
   */
  public ReservedDisk(Disk disk, long reservedBytes, LongSupplier freeBytes) {
    this.disk = disk;
    this.reservedBytes = reservedBytes;
    this.freeBytes = freeBytes;
  }

  /** Starts to check the free space once a second. */
  public void watch(Timer timer) {
    timer.after(WATCH_NANOS, () -> checkSpace(timer));
  }

  private void checkSpace(Timer timer) {
    try {
      usableBytes();
    } catch (StorageException e) {
      LOG.warn("event=free_space_unknown reason=\"{}\"", e.getMessage());
    }
    watch(timer);
  }

  /** Whether the smallest segment did not fit at the last check. */
  boolean isFull() {
    return full.get();
  }

  /** Checks the free space: the bytes that segments may still use. */
  public long usableBytes() {
    long usable = Math.max(0, freeBytes.getAsLong() - reservedBytes);
    boolean fullNow = usable < SegmentFiles.SMALLEST_BYTES;
    if (full.compareAndSet(!fullNow, fullNow)) {
      LOG.warn(
          "event={} usableBytes={} reservedBytes={}",
          fullNow ? "disk_full" : "disk_has_room",
          usable,
          reservedBytes);
    }
    return usable;
  }

  @Override
  public void allocate(Path file, int bytes) {
    long usable = usableBytes();
    if (bytes > usable) {
      throw new StorageException(
          ErrorCode.DISK_FULL,
          "the disk is full: "
              + file
              + " needs "
              + bytes
              + " bytes, "
              + usable
              + " are free in addition to the "
              + reservedBytes
              + " that are reserved (storage.reservedBytes); free space, shorten retention or"
              + " delete topics: appends resume by themselves");
    }
    disk.allocate(file, bytes);
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
