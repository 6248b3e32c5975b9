package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Creates files and directories that only their owner can use, with the modes 0600 and 0700. A
 * stricter umask counts. Everything in a data directory is created here. Any thread.
 */
public final class OwnerOnly {

  private static final FileAttribute<?> FILE = mode("rw-------");
  private static final FileAttribute<?> DIRECTORY = mode("rwx------");

  private OwnerOnly() {}

  private static FileAttribute<?> mode(String permissions) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
  }

  /** As {@link FileChannel#open}. */
  public static FileChannel open(Path file, OpenOption... options) throws IOException {
    return FileChannel.open(file, Set.of(options), FILE);
  }

  /** As {@link Files#createFile}. */
  static void createFile(Path file) throws IOException {
    Files.createFile(file, FILE);
  }

  /** As {@link Files#createDirectories}. */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(directory, DIRECTORY);
  }
}
