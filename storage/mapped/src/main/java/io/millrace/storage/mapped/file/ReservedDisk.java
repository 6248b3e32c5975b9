package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.SegmentSupply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A disk on which segments leave a reserve free, so that checkpoints, states, deletes and a clean
 * close still work when appends do not. Looks at the free space once a second and when a segment is
 * allocated, never for an append. Any thread.
 */
public final class ReservedDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(ReservedDisk.class);

  private static final long WATCH_NANOS = 1_000_000_000L;

  private final Disk disk;
  private final long reservedBytes;
  private final LongSupplier freeBytes;
  private final AtomicBoolean full = new AtomicBoolean();

  /**
   * @param freeBytes what the file system has left for this process
   */
  public ReservedDisk(Disk disk, long reservedBytes, LongSupplier freeBytes) {
    this.disk = disk;
    this.reservedBytes = reservedBytes;
    this.freeBytes = freeBytes;
  }

  /** From now on a disk that fills up, or has room again, is noticed when nobody asks, too. */
  public void watch(Timer timer) {
    timer.after(WATCH_NANOS, () -> look(timer));
  }

  private void look(Timer timer) {
    try {
      usableBytes();
    } catch (StorageException e) {
      LOG.warn("event=free_space_unknown reason=\"{}\"", e.getMessage());
    }
    watch(timer);
  }

  /** Whether not even the smallest segment fits, as far as was noticed. */
  boolean isFull() {
    return full.get();
  }

  /** What segments may still take. */
  public long usableBytes() {
    long usable = Math.max(0, freeBytes.getAsLong() - reservedBytes);
    boolean fullNow = usable < SegmentSupply.FIRST_BYTES;
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
              + " are free beside the "
              + reservedBytes
              + " that stay reserved (storage.reservedBytes); free space, shorten retention or"
              + " delete topics: appends resume by themselves");
    }
    disk.allocate(file, bytes);
  }

  @Override
  public void force(Path file, FileChannel channel) throws IOException {
    disk.force(file, channel);
  }

  @Override
  public int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException {
    return disk.read(file, channel, to, position);
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    disk.forceDirectory(directory);
  }
}
