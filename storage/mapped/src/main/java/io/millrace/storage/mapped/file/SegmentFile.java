package io.millrace.storage.mapped.file;

import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a segment and its mapping. It writes, fsyncs, maps, truncates and deletes bytes, and
 * knows nothing about batches.
 *
 * <p>Bytes are written with pwrite(2) and read through the mapping; both use the same page cache. A
 * write through the mapping costs a page fault for each 4 KiB, and another one after each fsync,
 * which makes the pages read-only. Measured on ext4 in blocks of 256 KiB. Without fsyncs, the rate
 * is 351 MB/s through the mapping and 6,068 MB/s with pwrite(2). With an fsync after each block, it
 * is 95 to 126 MB/s through the mapping and 465 to 1,090 MB/s with pwrite(2).
 *
 * <p>The file is mapped read-only on first use. The file of the active segment stays mapped; that
 * of a sealed one may be unmapped between two uses ({@link MappingLimit}). Whenever that of a
 * sealed one is mapped, its header is checked: the file may have been replaced. Recovery has read
 * the header of the active one. Any thread, but one writer.
 */
public final class SegmentFile {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentFile.class);
  private static final int ZEROS_PER_FSYNC_BYTES = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

  private final SegmentFiles log;
  private final Disk disk;
  private final MappingLimit mappingLimit;
  private volatile Path path;
  private volatile int mappedBytes;
  private volatile FileChannel writer;
  private volatile Mapping mapping;
  private volatile boolean evictable;
  private volatile long lastUse;
  private boolean closed;

  /**
   * A file that exists; it is mapped on first use.
   *
   * @param log the log of the file
   * @param mappedBytes how many bytes to map
   * @param evictable whether it may be unmapped between two uses
   */
  SegmentFile(SegmentFiles log, Path path, int mappedBytes, boolean evictable) {
    this.log = log;
    this.disk = log.disk();
    this.mappingLimit = log.mappingLimit();
    this.path = path;
    this.mappedBytes = mappedBytes;
    this.evictable = evictable;
  }

  public Path path() {
    return path;
  }

  public int mappedBytes() {
    return mappedBytes;
  }

  /**
   * Writes zeros to the whole file, before the first batch is written.
   *
   * <p>The file system marks allocated blocks as unwritten. The first fsync of such a block changes
   * the mark, which takes a commit of the file system's journal. Measured on ext4, an fsync of 256
   * KiB takes 308 us (p99 4.0 ms) in unwritten blocks, and 236 us (p99 0.36 ms) in blocks with
   * zeros.
   */
  public void fillWithZeros() throws IOException {
    fillWithZeros(0, mappedBytes);
  }

  /**
   * Writes zeros to the file from its beginning on and fsyncs them, 1 MiB at a time. An fsync of
   * another file waits for all earlier writes to the disk. With 64 MiB at once, events were
   * acknowledged 30 to 47 ms later.
   *
   * @param enough asked before each step; true ends the filling
   */
  public void fillWithZerosAndFsync(BooleanSupplier enough) throws IOException {
    for (int at = 0; at < mappedBytes && !enough.getAsBoolean(); at += ZEROS_PER_FSYNC_BYTES) {
      fillWithZeros(at, Math.min(mappedBytes, at + ZEROS_PER_FSYNC_BYTES));
      fsync();
    }
  }

  private void fillWithZeros(int from, int to) throws IOException {
    for (int at = from; at < to; at += ZEROS.capacity()) {
      int bytes = Math.min(ZEROS.capacity(), to - at);
      WholeBuffer.write(openForWrite(), ZEROS.duplicate().limit(bytes), at);
    }
  }

  /** Writes the header of a new segment and renames its file. The name is not durable yet. */
  void name(SegmentHeader header, Path name) {
    try {
      WholeBuffer.write(openForWrite(), header.encode(), 0);
      Files.move(path, name, StandardCopyOption.ATOMIC_MOVE);
      path = name;
    } catch (IOException e) {
      throw DiskFailure.of("rename to " + name, path, e);
    }
  }

  /**
   * Acquires the mapping if the file is mapped, without a lock and without a call of the operating
   * system. The caller releases the mapping.
   *
   * @return null if the file is not mapped
   */
  public Mapping leaseIfMapped() {
    Mapping now = mapping;
    if (now == null || !now.acquire()) {
      return null;
    }
    if (evictable) {
      lastUse = mappingLimit.now();
    }
    return now;
  }

  /**
   * Acquires the mapping, and maps the file if it is not mapped, which blocks on the disk. The
   * caller releases the mapping.
   *
   * @return null after the file was closed
   * @throws StorageException {@code CORRUPT_LOG} if the file of a sealed segment is missing or is
   *     not the segment that its name states; {@code RESOURCES_EXHAUSTED}, {@code STORAGE_FAILED}
   */
  public Mapping lease() {
    Mapping now = leaseIfMapped();
    if (now != null) {
      return now;
    }
    Mapping fresh;
    try {
      fresh = map();
    } catch (StorageException e) {
      throw mappingLimit.afterUnmapping(e); // without the lock of this file
    }
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
      if (evictable) {
        log.requireOwn(path);
      }
      Mapping fresh = disk.map(path, mappedBytes);
      fresh.acquire();
      mapping = fresh;
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

  /** Writes a batch after all bytes that readers may see. One writer. */
  public void write(int position, ByteBuffer batch) throws IOException {
    WholeBuffer.write(openForWrite(), batch.duplicate(), position);
  }

  /** Opens the file for writes, so that the first write is only a write. Blocks on the disk. */
  public void openWriterNow() {
    try {
      openForWrite();
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  /** Maps the file and opens it for writes, so that the first use does neither. Blocks. */
  public void openNow() {
    openWriterNow();
    requireLease().release();
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

  /**
   * Fsyncs all bytes that were written before this call. Blocks.
   *
   * @throws IOException if the fsync has failed
   * @throws io.millrace.storage.StorageException if the file could not be mapped: there was no
   *     fsync
   */
  public void fsync() throws IOException {
    Mapping lease = requireLease();
    try {
      disk.fsync(path, lease.channel());
    } finally {
      lease.release();
    }
  }

  /**
   * Frees the space after the last batch. After this call the caller must not write. It must not
   * read at or after {@code usedBytes}, because those pages no longer exist.
   */
  public void truncate(int usedBytes) throws IOException {
    openForWrite().truncate(usedBytes);
    becomeReadOnly(usedBytes);
    mappingLimit.used(this);
  }

  /** The present mapping stays; the next one covers the shorter file. */
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

  /** Releases the mapping; the next use maps the file again. Open slices keep the old mapping. */
  synchronized void unmap() {
    if (mapping != null) {
      mapping.release();
      mapping = null;
    }
  }

  public synchronized boolean isClosed() {
    return closed;
  }

  /** Closes the file. Open slices stay valid until they are released. */
  public void close() {
    synchronized (this) {
      closed = true;
      unmap();
      try {
        closeWriter();
      } catch (IOException e) {
        // An fsync uses the mapping's channel, so no byte is lost here.
        LOG.warn("event=file_not_closed file={} reason=\"{}\"", path, e.toString());
      }
    }
    mappingLimit.forget(this);
  }

  public void delete() throws IOException {
    close();
    Files.deleteIfExists(path);
  }

  /** Closes and deletes a file that does not become a segment. A failure is logged. */
  public void deleteUnused() {
    try {
      delete();
    } catch (IOException e) {
      LOG.warn("event=file_not_deleted file={} reason=\"{}\"", path, e.toString());
    }
  }
}
