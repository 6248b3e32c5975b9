package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.FileReason;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The exclusive lock of a data directory: a lock of the operating system on a file. The file's text
 * names the process that holds the lock. The lock ends with the process; the file stays.
 */
public final class DirectoryLock implements AutoCloseable {

  /**
   * The directories that this process has locked. The operating system accepts a second lock by the
   * same process, and closing the second channel would release the first lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final String FILE = "lock";

  private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);

  private final Path held;
  private final FileChannel channel;

  private DirectoryLock(Path held, FileChannel channel) {
    this.held = held;
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws StorageException {@code DIRECTORY_LOCKED}, {@code DIRECTORY_NOT_WRITABLE}, {@code
   *     DISK_FULL}, {@code RESOURCES_EXHAUSTED}
   */
  public static DirectoryLock take(Path directory) {
    try {
      Path held = directory.toRealPath();
      if (!HELD.add(held)) {
        throw inUse(directory, "this process, " + self());
      }
      boolean taken = false;
      try {
        DirectoryLock lock = new DirectoryLock(held, lock(directory));
        taken = true;
        return lock;
      } finally {
        if (!taken) {
          HELD.remove(held);
        }
      }
    } catch (IOException e) {
      throw DiskFailure.notWritable("lock data directory", directory, e);
    }
  }

  /**
   * Requires that nobody uses a directory. Takes a shared lock for a moment, and changes nothing.
   *
   * @throws StorageException {@code DIRECTORY_LOCKED}
   */
  public static void requireUnused(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return;
    }
    try {
      Path held = directory.toRealPath();
      if (!HELD.add(held)) {
        throw inUse(directory, "this process, " + self());
      }
      try (FileChannel channel = FileChannel.open(file)) {
        if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
          throw inUse(directory, holder(channel));
        }
      } finally {
        HELD.remove(held);
      }
    } catch (IOException e) {
      throw DiskFailure.of("lock", file, e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        OwnerOnly.open(
            directory.resolve(FILE),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      if (channel.tryLock() == null) {
        throw inUse(directory, holder(channel));
      }
      nameHolder(channel);
      locked = true;
      return channel;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /** On a full disk, the name may be missing: the lock itself needs no space. */
  private static void nameHolder(FileChannel channel) throws IOException {
    byte[] name = (self() + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      // In this order, the file keeps its block.
      WholeBuffer.write(channel, ByteBuffer.wrap(name), 0);
      channel.truncate(name.length);
    } catch (IOException e) {
      StorageException failure = DiskFailure.of("write", Path.of(FILE), e);
      if (failure.code() != ErrorCode.DISK_FULL) {
        throw e;
      }
      LOG.warn("event=lock_without_name reason=\"{}\"", failure.getMessage());
      channel.truncate(0);
    }
  }

  private static StorageException inUse(Path directory, String holder) {
    return new StorageException(
        ErrorCode.DIRECTORY_LOCKED,
        "data directory "
            + directory
            + " is in use by "
            + holder
            + "; stop that broker first, or use another data directory");
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(200);
    channel.read(text, 0);
    String holder = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    return holder.isEmpty() ? "another process" : holder;
  }

  private static String self() {
    ProcessHandle process = ProcessHandle.current();
    return "process "
        + process.pid()
        + " started "
        + process.info().startInstant().map(Instant::toString).orElse("at an unknown time");
  }

  @Override
  public void close() {
    try {
      channel.close();
      HELD.remove(held);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED,
          "cannot release the lock of the data directory: " + FileReason.of(e),
          e);
    }
  }
}
