package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import net.openhft.posix.PosixAPI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local disk under Linux: fallocate(2) through chronicle's posix, fdatasync(2) through the JDK.
 */
public final class LinuxDisk implements Disk {

  private static final Logger LOG = LoggerFactory.getLogger(LinuxDisk.class);

  private static final int O_RDWR = 2;
  private static final int EBADF = 9;
  private static final int ENOSPC = 28;
  private static final int EDQUOT = 122;
  private static final int PROBE_BYTES = 1 << 20;
  private static final int PAGE_BYTES = 4096;

  private final PosixAPI posix;

  private LinuxDisk(PosixAPI posix) {
    this.posix = posix;
  }

  /**
   * Starts to load the native library and the classes that {@link #probed} needs, on other threads.
   * A start saves a fifth of a second, because it does other work meanwhile. Optional.
   */
  public static void prepare() {
    CompletableFuture.runAsync(PosixAPI::posix);
    CompletableFuture.runAsync(Mapping::prepare);
  }

  /**
   * The disk under a directory, after a test of its calls. Chronicle falls back to calls that do
   * nothing if its native library cannot be loaded, and some file systems accept a fallocate
   * without allocating. With either of these, a mapped log would lose acknowledged bytes when the
   * disk fills up.
   */
  public static LinuxDisk probed(Path directory) {
    DiskFailure.prepare();
    // Each takes 0.1 to 0.2 seconds to load, so they load in parallel.
    CompletableFuture<PosixAPI> loading = CompletableFuture.supplyAsync(PosixAPI::posix);
    unlessFull(directory, () -> requireMapping(directory));
    PosixAPI posix = loading.join();
    if (posix.fallocate(-1, 0, 0, 1) != -1 || posix.lastError() != EBADF) {
      throw refused(
          directory,
          "native calls do not work here (" + posix.getClass().getName() + ")",
          "run on Linux with glibc");
    }
    LinuxDisk disk = new LinuxDisk(posix);
    unlessFull(directory, () -> disk.requireAllocation(directory));
    return disk;
  }

  /** The tests need some space for a moment. A full disk must not keep the broker from starting. */
  private static void unlessFull(Path directory, Runnable test) {
    try {
      test.run();
    } catch (StorageException e) {
      if (e.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      LOG.warn("event=disk_not_tested directory={} reason=\"{}\"", directory, e.getMessage());
    }
  }

  private void requireAllocation(Path directory) {
    Path probe = directory.resolve("allocation-probe.tmp");
    try {
      Files.deleteIfExists(probe);
      allocate(probe, PROBE_BYTES);
      if (Files.size(probe) != PROBE_BYTES || posix.du(probe.toString()) == 0) {
        throw refused(
            directory,
            "its file system does not allocate what fallocate(2) asks for",
            "use a local ext4 or xfs file system");
      }
    } catch (IOException e) {
      throw DiskFailure.of("test the allocation of", probe, e);
    } finally {
      deleteQuietly(probe);
    }
  }

  private static void write(Path probe) throws IOException {
    try (FileChannel channel =
        OwnerOnly.open(
            probe,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      WholeBuffer.write(channel, ByteBuffer.allocate(PAGE_BYTES));
    }
  }

  /** Chronicle uses packages of the JDK that are open only if the JVM has certain flags. */
  private static void requireMapping(Path directory) {
    Path probe = directory.resolve("mapping-probe.tmp");
    try {
      write(probe);
      Mapping mapping = Mapping.of(probe, PAGE_BYTES);
      try {
        mapping.buffer().get(0);
      } finally {
        mapping.release();
      }
    } catch (IOException e) {
      throw DiskFailure.of("test the mapping of", probe, e);
    } catch (StorageException e) {
      throw e;
    } catch (RuntimeException | LinkageError | AssertionError e) {
      throw refused(
          directory,
          "files cannot be mapped (" + e + ")",
          "start the JVM with the flags that bin/millrace gives it");
    } finally {
      deleteQuietly(probe);
    }
  }

  private static StorageException refused(Path directory, String why, String nextStep) {
    return new StorageException(
        ErrorCode.STORAGE_FAILED,
        "cannot keep mapped logs in "
            + directory
            + ": "
            + why
            + "; "
            + nextStep
            + ", or set storage.engine to memory");
  }

  @Override
  public void allocate(Path file, int bytes) {
    boolean allocated = false;
    try {
      OwnerOnly.createFile(file);
      int fd = posix.open(file.toString(), O_RDWR, 0);
      if (fd < 0) {
        throw failed("open", file);
      }
      try {
        if (posix.fallocate(fd, 0, 0, bytes) != 0) {
          throw failed("allocate " + bytes + " bytes for", file);
        }
      } finally {
        posix.close(fd);
      }
      allocated = true;
    } catch (IOException e) {
      throw DiskFailure.of("create", file, e);
    } finally {
      if (!allocated) {
        // ext4 keeps the blocks that it allocated before the disk was full.
        deleteQuietly(file);
      }
    }
  }

  private StorageException failed(String doing, Path file) {
    int errno = posix.lastError();
    String text = "errno " + errno + " " + posix.strerror(errno);
    return errno == ENOSPC || errno == EDQUOT
        ? DiskFailure.full(doing, file, text)
        : DiskFailure.of(doing, file, new IOException(text));
  }

  /** Deletes a file. A failure is only logged, since the caller handles an earlier failure. */
  private static void deleteQuietly(Path file) {
    if (!file.toFile().delete() && Files.exists(file)) {
      LOG.warn("event=file_not_deleted file={}", file);
    }
  }

  @Override
  public void fsync(Path file, FileChannel channel) throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      // The JDK's message does not name the file.
      throw new IOException("fdatasync of " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException {
    return PLAIN.read(file, channel, to, position);
  }

  @Override
  public void fsyncDirectory(Path directory) throws IOException {
    try (FileChannel channel = open(directory)) {
      channel.force(true);
    }
  }

  /** A directory that cannot be opened now must not count as one whose fsync has failed. */
  private static FileChannel open(Path directory) throws IOException {
    try {
      return FileChannel.open(directory, StandardOpenOption.READ);
    } catch (IOException e) {
      StorageException refused = DiskFailure.of("open", directory, e);
      if (refused.code() == ErrorCode.RESOURCES_EXHAUSTED) {
        throw refused;
      }
      throw e;
    }
  }

  @Override
  public Mapping map(Path file, int bytes) {
    return Mapping.of(file, bytes);
  }
}
