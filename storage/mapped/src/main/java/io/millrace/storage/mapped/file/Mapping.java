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
 * A file in memory, counted: unmapped when the last holder lets go, by chronicle's own background
 * thread. Its bytes used after that end the JVM, so every use stands between {@link #acquire()} and
 * {@link #release()}. Any thread.
 */
public final class Mapping {

  private static final int MADV_WILLNEED = 3;

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
   * Maps a file from its beginning, for reading; the caller is its first holder.
   *
   * @param size bytes of the file
   */
  static Mapping of(Path path, int size) throws IOException {
    // One chunk as large as the file, and no overlap: then chronicle maps once, never grows the
    // file, and unmaps on release. Its "single" mappings never do.
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

  /** Loads what the first mapping would, which takes a tenth of a second. */
  public static void prepare() {
    OS.pageAlign(1);
    try {
      MethodHandles.lookup().ensureInitialized(MappedFile.class);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Becomes a holder, unless the file is unmapped already. */
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

  public void release() {
    int left = holders.decrementAndGet();
    if (left == 0) {
      bytes.release(owner);
      file.releaseLast();
    } else if (left < 0) {
      throw new IllegalStateException(path + " was released more often than acquired");
    }
  }

  /** The whole file, little-endian; positions are not to be changed. Read-only. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** The file's name when it was mapped. */
  public Path path() {
    return path;
  }

  FileChannel channel() {
    return file.raf().getChannel();
  }

  /** Has the kernel read a range ahead; false if it will not. */
  public boolean willNeed(int from, int to) {
    long pageBytes = OS.pageSize();
    long first = from / pageBytes * pageBytes;
    return PosixAPI.posix().madvise(bytes.addressForRead(0) + first, to - first, MADV_WILLNEED)
        == 0;
  }
}
