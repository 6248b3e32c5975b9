package io.millrace.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directory {@code audit} in the data directory. {@code millrace server} has the logging write
 * {@code audit.log} there; the broker keeps the {@link AuditReserve reserve} there. One thread.
 *
 * @param path only the user who runs the broker can read it
 */
record AuditDirectory(Path path) {

  private static final String NAME = "audit";
  private static final String LOG_FILE = "audit.log";
  private static final String RESERVE_FILE = "reserve";

  /** Opens the directory in a data directory, and creates it if there is none. */
  static AuditDirectory open(Path dataDir) throws IOException {
    Path path = dataDir.resolve(NAME).toAbsolutePath().normalize();
    if (!Files.isDirectory(path)) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    AuditDirectory directory = new AuditDirectory(path);
    directory.endLastLine();
    return directory;
  }

  /**
   * Ends a line of which a crash has left only a part, so that the next one is a line of its own.
   */
  private void endLastLine() throws IOException {
    if (!isLogFile()) {
      return;
    }
    try (FileChannel file =
        FileChannel.open(
            path.resolve(LOG_FILE), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      if (file.size() > 0 && file.read(last, file.size() - 1) == 1 && last.get(0) != '\n') {
        file.write(ByteBuffer.wrap(new byte[] {'\n'}), file.size());
      }
    }
  }

  /** Whether the log configuration writes to this directory. */
  boolean isLogFile() {
    return Files.exists(path.resolve(LOG_FILE));
  }

  Path reserve() {
    return path.resolve(RESERVE_FILE);
  }

  /** The bytes that can be written to the file system of the directory. */
  long usableBytes() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }
}
