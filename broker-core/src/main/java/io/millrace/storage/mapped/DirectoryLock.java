package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;

/**
 * Sole possession of a data directory: a lock of the operating system on a file that names the
 * holder, for people. The lock ends with the process, the file stays.
 */
final class DirectoryLock implements AutoCloseable {

  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  static DirectoryLock take(Path directory) {
    Path file = directory.resolve("lock");
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (tryLock(channel) == null) {
        String holder = read(channel);
        channel.close();
        throw new StorageException(
            ErrorCode.DIRECTORY_LOCKED,
            "data directory "
                + directory
                + " is in use by "
                + (holder.isEmpty() ? "another process" : holder)
                + "; stop that broker, or choose another directory with --data-dir");
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(self().getBytes(StandardCharsets.UTF_8)), 0);
      return new DirectoryLock(channel);
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.DIRECTORY_NOT_WRITABLE,
          "cannot lock data directory "
              + directory
              + ": "
              + e
              + "; give this user write access, or choose another directory with --data-dir",
          e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(200);
    channel.read(text, 0);
    return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
  }

  private static String self() {
    ProcessHandle process = ProcessHandle.current();
    return "process "
        + process.pid()
        + " started "
        + process.info().startInstant().map(Instant::toString).orElse("at an unknown time")
        + "\n";
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageException(
          ErrorCode.STORAGE_FAILED, "cannot release the lock of the data directory: " + e, e);
    }
  }
}
