package io.millrace.storage.mapped.file;

import io.millrace.storage.FreeSpace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.Out;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of files that can still be created in the file system of a directory. It comes from
 * statvfs(3), because the JDK reports blocks only. Any thread.
 */
public final class FreeInodes {

  private static final Logger LOG = LoggerFactory.getLogger(FreeInodes.class);

  // struct statvfs of glibc on 64-bit machines: f_files and f_favail.
  private static final int STATVFS_BYTES = 256;
  private static final int TOTAL_AT = 40;
  private static final int AVAILABLE_AT = 56;

  private final Path directory;

  /** Null until {@link #load()} has succeeded. */
  private volatile CLibrary library;

  /** Whether the last call has failed. */
  private final AtomicBoolean failing = new AtomicBoolean();

  public FreeInodes(Path directory) {
    this.directory = directory;
  }

  /** The call. Public, because jnr implements it in another package. */
  public interface CLibrary {
    int statvfs(String path, @Out byte[] result);
  }

  /**
   * Makes the call available. It takes some hundredths of a second, so a start does not wait for
   * it.
   */
  public void load() {
    try {
      library = LibraryLoader.create(CLibrary.class).failImmediately().load("c");
    } catch (RuntimeException | LinkageError e) {
      LOG.warn("event=free_space_unknown what=inodes reason=\"{}\"", e.toString());
    }
  }

  /**
   * {@link FreeSpace#UNLIMITED} if the number is unknown, or the file system has no limit. Of calls
   * that fail one after the other, the first is logged.
   */
  public long count() {
    CLibrary calls = library;
    if (calls == null) {
      return FreeSpace.UNLIMITED;
    }
    byte[] result = new byte[STATVFS_BYTES];
    if (calls.statvfs(directory.toString(), result) != 0) {
      warnOnce(LastError.getLastError(Runtime.getSystemRuntime()));
      return FreeSpace.UNLIMITED;
    }
    failing.set(false);
    ByteBuffer fields = ByteBuffer.wrap(result).order(ByteOrder.nativeOrder());
    return fields.getLong(TOTAL_AT) == 0
        ? FreeSpace.UNLIMITED
        : Math.max(0, fields.getLong(AVAILABLE_AT));
  }

  private void warnOnce(int errno) {
    if (!failing.getAndSet(true)) {
      LOG.warn(
          "event=free_space_unknown what=inodes reason=\"statvfs of {}: errno {}\"",
          directory,
          errno);
    }
  }
}
