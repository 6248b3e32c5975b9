package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import net.openhft.chronicle.bytes.MappedBytesStore;
import net.openhft.chronicle.bytes.MappedFile;
import net.openhft.chronicle.core.OS;
import net.openhft.chronicle.core.io.ReferenceOwner;
import net.openhft.posix.PosixAPI;

/**
 * A mapped file with a count of its holders. When the last holder releases it, a background thread
 * of chronicle unmaps it. An access after that ends the JVM, so every access is between {@link
 * #acquire()} and {@link #release()}. Any thread.
 */
public final class Mapping {

  private static final int MADV_WILLNEED = 3;

  /** The file's name at the time of mapping. */
  private final Path path;

  private final MappedFile file;
  private final MappedBytesStore bytes;
  private final ReferenceOwner owner;
  private final ByteBuffer buffer;
  private final AtomicInteger holders = new AtomicInteger(1);

  private Mapping(
      Path path, MappedFile file, MappedBytesStore bytes, ReferenceOwner owner, int size) {
    this.path = path;
    this.file = file;
    this.bytes = bytes;
    this.owner = owner;
    this.buffer =
        bytes.toTemporaryDirectByteBuffer().limit(size).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * As {@link Disk#map}.
   *
   * @param size bytes of the file
   */
  public static Mapping of(Path path, int size) {
    try {
      return map(path, size);
    } catch (IOException e) {
      throw DiskFailure.of("map", path, e);
    }
  }

  private static Mapping map(Path path, int size) throws IOException {
    // With one chunk as large as the file and no overlap, chronicle maps once, never extends the
    // file, and unmaps on release. Its "single" mappings are never unmapped.
    long chunkBytes = OS.pageAlign(size);
    MappedFile file = MappedFile.of(path.toFile(), chunkBytes, 0, true);
    try {
      ReferenceOwner owner = ReferenceOwner.temporary("mapping");
      return new Mapping(path, file, file.acquireByteStore(owner, 0), owner, size);
    } catch (IOException | RuntimeException e) {
      file.releaseLast();
      throw e;
    }
  }

  /** Loads the classes that the first mapping needs, which takes a tenth of a second. */
  static void prepare() {
    OS.pageAlign(1);
    try {
      MethodHandles.lookup().ensureInitialized(MappedFile.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds a holder; false if the file is already unmapped. */
  boolean acquire() {
    int now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holders.get();
    }
    return false;
  }

  /** Removes a holder. */
  public void release() {
    int left = holders.decrementAndGet();
    if (left == 0) {
      bytes.release(owner);
      file.releaseLast();
    } else if (left < 0) {
      throw new IllegalStateException(path + " was released more often than acquired");
    }
  }

  /** The whole file, read-only, little-endian. All holders share it: do not change its position. */
  public ByteBuffer buffer() {
    return buffer;
  }

  FileChannel channel() {
    return file.raf().getChannel();
  }

  /** Asks the kernel to read a range ahead; false if it refuses. */
  public boolean willNeed(int from, int to) {
    long pageBytes = OS.pageSize();
    long first = from / pageBytes * pageBytes;
    return PosixAPI.posix().madvise(bytes.addressForRead(0) + first, to - first, MADV_WILLNEED)
        == 0;
  }
}
