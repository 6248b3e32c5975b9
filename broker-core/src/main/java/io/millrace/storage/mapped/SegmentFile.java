package io.millrace.storage.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file of a segment and its mapping: where bytes are put, forced, leased, cut and deleted. It
 * knows nothing of batches.
 *
 * <p>Mapped on first use. The file of a segment that takes batches is mapped writable and stays
 * mapped; that of a sealed one is mapped read-only and may be unmapped between two uses ({@link
 * MappingLimit}). Any thread, but one writer.
 */
final class SegmentFile {

  private final Disk disk;
  private final MappingLimit mappingLimit;
  private volatile Path path;
  private volatile int mappedBytes;
  private volatile boolean writable;
  private volatile Mapping mapping;
  private volatile boolean evictable;
  private volatile long lastUse;
  private boolean closed;

  private SegmentFile(LogParts parts, Path path, int mappedBytes, boolean writable) {
    this.disk = parts.disk();
    this.mappingLimit = parts.mappingLimit();
    this.path = path;
    this.mappedBytes = mappedBytes;
    this.writable = writable;
    this.evictable = !writable;
  }

  /**
   * Takes the disk space of a new segment, all of it, under a temporary name.
   *
   * @throws io.millrace.storage.StorageException {@code DISK_FULL}; no file is left
   */
  static SegmentFile allocate(LogParts parts, Path temporary, int capacityBytes) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw DiskFailure.of("delete", temporary, e);
    }
    parts.disk().allocate(temporary, capacityBytes);
    return new SegmentFile(parts, temporary, capacityBytes, true);
  }

  /** A file that takes batches, found on disk. */
  static SegmentFile active(LogParts parts, Path path, int capacityBytes) {
    return new SegmentFile(parts, path, capacityBytes, true);
  }

  /** A file that is only read, found on disk. */
  static SegmentFile sealed(LogParts parts, Path path, int fileBytes) {
    return new SegmentFile(parts, path, fileBytes, false);
  }

  Path path() {
    return path;
  }

  int mappedBytes() {
    return mappedBytes;
  }

  /**
   * Faults every page in, so that appends do not. Only before the first batch is put: where the
   * kernel does not know how, zeros are written.
   */
  void populate() {
    Mapping lease = requireLease();
    try {
      if (!lease.advise(MemoryAdvice.POPULATE_WRITE, 0, mappedBytes)) {
        for (int at = 0; at < mappedBytes; at += 4096) {
          lease.buffer().put(at, (byte) 0);
        }
      }
    } finally {
      lease.release();
    }
  }

  /** Gives a new segment its header and its name. The name is not forced yet. */
  void name(SegmentHeader header, Path name) {
    Mapping lease = requireLease();
    try {
      lease.buffer().put(0, header.encode(), 0, SegmentHeader.BYTES);
      Files.move(path, name, StandardCopyOption.ATOMIC_MOVE);
      path = name;
    } catch (IOException e) {
      throw DiskFailure.of("rename to " + name, path, e);
    } finally {
      lease.release();
    }
  }

  /** Holds the mapping, mapping the file if need be; null once the file is closed. */
  Mapping lease() {
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
        Mapping fresh = Mapping.of(path, mappedBytes, writable);
        if (writable) {
          fresh.advise(MemoryAdvice.RANDOM, 0, mappedBytes);
        }
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

  /** Copies a batch into place. One writer, never over bytes that are published. */
  void put(int position, ByteBuffer batch) {
    // The writer's own file is neither evicted nor closed under it.
    mappingOfWriter().buffer().put(position, batch, batch.position(), batch.remaining());
  }

  private Mapping mappingOfWriter() {
    Mapping now = mapping;
    if (now == null) {
      requireLease().release();
      now = mapping;
    }
    return now;
  }

  void force() throws IOException {
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
  void truncate(int usedBytes) throws IOException {
    Mapping lease = requireLease();
    try {
      lease.channel().truncate(usedBytes);
      lease.advise(MemoryAdvice.NORMAL, 0, mappedBytes);
      becomeReadOnly(usedBytes);
    } finally {
      lease.release();
    }
    mappingLimit.used(this);
  }

  /** The mapping stays as it is; the next one will be of what is left. */
  private synchronized void becomeReadOnly(int usedBytes) {
    mappedBytes = usedBytes;
    writable = false;
    evictable = true;
  }

  /** A channel of its own for whoever reads without the mapping; the caller closes it. */
  FileChannel openForRead() throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ);
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

  synchronized boolean isClosed() {
    return closed;
  }

  /** Lets go for good. Slices still leased stay valid until released. */
  void close() {
    synchronized (this) {
      closed = true;
      unmap();
    }
    mappingLimit.forget(this);
  }

  void delete() throws IOException {
    close();
    Files.deleteIfExists(path);
  }
}
