package io.millrace.storage.mapped.file;

import io.millrace.storage.mapped.LogParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a segment and its mapping: where bytes are put, forced, leased, cut and deleted. It
 * knows nothing of batches.
 *
 * <p>Bytes are put with pwrite(2) and read where the file is mapped; both see the same page cache.
 * Putting them through the mapping costs a page fault for each 4 KiB, and another one after each
 * force, which makes the pages read-only: measured on ext4 in blocks of 256 KiB, 351 MB/s instead
 * of 6,068 without forces, and 95 to 126 MB/s instead of 465 to 1,090 with one after each block.
 *
 * <p>Mapped read-only on first use. The file of a segment that takes batches stays mapped; that of
 * a sealed one may be unmapped between two uses ({@link MappingLimit}). Any thread, but one writer.
 */
public final class SegmentFile {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);
  private static final int ZEROS_PER_FORCE_BYTES = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

  private final Disk disk;
  private final MappingLimit mappingLimit;
  private volatile Path path;
  private volatile int mappedBytes;
  private volatile FileChannel writer;
  private volatile Mapping mapping;
  private volatile boolean evictable;
  private volatile long lastUse;
  private boolean closed;

  private SegmentFile(LogParts parts, Path path, int mappedBytes, boolean evictable) {
    this.disk = parts.disk();
    this.mappingLimit = parts.mappingLimit();
    this.path = path;
    this.mappedBytes = mappedBytes;
    this.evictable = evictable;
  }

  /**
   * Takes the disk space of a new segment, all of it, under a temporary name.
   *
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}; no file is left
   */
  public static SegmentFile allocate(LogParts parts, Path temporary, int capacityBytes) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw DiskFailure.of("delete", temporary, e);
    }
    parts.disk().allocate(temporary, capacityBytes);
    return new SegmentFile(parts, temporary, capacityBytes, false);
  }

  /** A file that takes batches, found on disk. */
  public static SegmentFile active(LogParts parts, Path path, int capacityBytes) {
    return new SegmentFile(parts, path, capacityBytes, false);
  }

  /** A file that is only read, found on disk. */
  public static SegmentFile sealed(LogParts parts, Path path, int fileBytes) {
    return new SegmentFile(parts, path, fileBytes, true);
  }

  public Path path() {
    return path;
  }

  public int mappedBytes() {
    return mappedBytes;
  }

  /**
   * Writes zeros over the whole file. Only before the first batch is put.
   *
   * <p>What was only allocated is marked as never written, and each force of such a place has to
   * change that mark through the file system's journal: measured on ext4, forcing 256 KiB each
   * takes 308 us (p99 4.0 ms) there, and 236 us (p99 0.36 ms) where zeros were written before.
   */
  public void fillWithZeros() throws IOException {
    fillWithZeros(0, mappedBytes);
  }

  /**
   * Writes zeros over the whole file and forces them, a little at a time, for a force of another
   * file waits until the disk has written what it was given before: with 64 MiB at once, the events
   * of the moment were acknowledged 30 to 47 ms late.
   */
  public void fillWithZerosAndForce() throws IOException {
    for (int at = 0; at < mappedBytes; at += ZEROS_PER_FORCE_BYTES) {
      fillWithZeros(at, Math.min(mappedBytes, at + ZEROS_PER_FORCE_BYTES));
      force();
    }
  }

  private void fillWithZeros(int from, int to) throws IOException {
    for (int at = from; at < to; at += ZEROS.capacity()) {
      int bytes = Math.min(ZEROS.capacity(), to - at);
      write(ZEROS.duplicate().limit(bytes), at);
    }
  }

  /** Gives a new segment its header and its name. The name is not forced yet. */
  public void name(SegmentHeader header, Path name) {
    try {
      write(header.encode(), 0);
      Files.move(path, name, StandardCopyOption.ATOMIC_MOVE);
      path = name;
    } catch (IOException e) {
      throw DiskFailure.of("rename to " + name, path, e);
    }
  }

  /** Holds the mapping, mapping the file if need be; null once the file is closed. */
  public Mapping lease() {
    Mapping now = mapping;
    if (now != null && now.acquire()) {
      if (evictable) {
        lastUse = mappingLimit.now();
      }
      return now;
    }
    Mapping fresh = map();
    if (fresh != null && evictable) {
      mappingLimit.used(this);
    }
    return fresh;
  }

  private synchronized Mapping map() {
    if (closed) {
      return null;
    }
    if (mapping == null || !mapping.acquire()) {
      try {
        Mapping fresh = Mapping.of(path, mappedBytes);
        fresh.acquire();
        mapping = fresh;
      } catch (IOException e) {
        throw DiskFailure.of("map", path, e);
      }
    }
    return mapping;
  }

  private Mapping requireLease() {
    Mapping lease = lease();
    if (lease == null) {
      throw new IllegalStateException(path + " is closed");
    }
    return lease;
  }

  /** Writes a batch in its place. One writer, never over bytes that are published. */
  public void put(int position, ByteBuffer batch) throws IOException {
    write(batch.duplicate(), position);
  }

  private void write(ByteBuffer bytes, int position) throws IOException {
    FileChannel channel = openForWrite();
    int at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private FileChannel openForWrite() throws IOException {
    FileChannel open = writer;
    return open != null ? open : openWriter();
  }

  private synchronized FileChannel openWriter() throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
    if (writer == null) {
      writer = FileChannel.open(path, StandardOpenOption.WRITE);
    }
    return writer;
  }

  public void force() throws IOException {
    Mapping lease = requireLease();
    try {
      disk.force(path, lease.channel());
    } finally {
      lease.release();
    }
  }

  /**
   * Gives back the space behind the last batch. Nothing may be put any more, and nobody may look
   * behind {@code usedBytes}: the pages there are gone.
   */
  public void truncate(int usedBytes) throws IOException {
    openForWrite().truncate(usedBytes);
    becomeReadOnly(usedBytes);
    mappingLimit.used(this);
  }

  /** The mapping stays as it is; the next one will be of what is left. */
  private synchronized void becomeReadOnly(int usedBytes) throws IOException {
    mappedBytes = usedBytes;
    evictable = true;
    closeWriter();
  }

  private void closeWriter() throws IOException {
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }

  long lastUse() {
    return lastUse;
  }

  void usedAt(long now) {
    lastUse = now;
  }

  /** Lets go of the mapping; the next use maps again. Slices still leased keep the old one. */
  synchronized void unmap() {
    if (mapping != null) {
      mapping.release();
      mapping = null;
    }
  }

  public synchronized boolean isClosed() {
    return closed;
  }

  /** Lets go for good. Slices still leased stay valid until released. */
  public void close() {
    synchronized (this) {
      closed = true;
      unmap();
      try {
        closeWriter();
      } catch (IOException e) {
        // What was written is forced through the mapping's channel, or is to be thrown away.
        LOG.warn("event=file_not_closed file={} reason=\"{}\"", path, e.toString());
      }
    }
    mappingLimit.forget(this);
  }

  public void delete() throws IOException {
    close();
    Files.deleteIfExists(path);
  }
}
