package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.FileReason;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates a data directory and the directories in it. */
public final class DataDirectory {

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);

  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");

  private DataDirectory() {}

  /**
   * Creates a data directory, if it does not exist. Directories above it get the modes that the
   * umask gives.
   *
   * @throws StorageException {@code DIRECTORY_NOT_WRITABLE}, {@code DISK_FULL}, {@code
   *     RESOURCES_EXHAUSTED}
   */
  public static void create(Path directory) {
    create(directory, DataDirectory::createWithParents);
    warnIfOpenToOthers(directory);
  }

  private static void createWithParents(Path directory) throws IOException {
    Path parent = directory.toAbsolutePath().normalize().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    OwnerOnly.createDirectories(directory);
  }

  /** It may be so on purpose, such as for backups by a group. So the mode stays. */
  private static void warnIfOpenToOthers(Path directory) {
    try {
      Set<PosixFilePermission> modes = Files.getPosixFilePermissions(directory);
      if (!OWNERS.containsAll(modes)) {
        LOG.warn(
            "event=data_directory_open_to_others directory={} mode={}",
            directory,
            PosixFilePermissions.toString(modes));
      }
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn(
          "event=data_directory_mode_unknown directory={} reason=\"{}\"",
          directory,
          FileReason.of(e));
    }
  }

  private interface DirectoryCreation {
    void create(Path directory) throws IOException;
  }

  /** Creates a directory in a data directory, if it does not exist. */
  public static void createPart(Path directory, String name) {
    create(directory.resolve(name), OwnerOnly::createDirectories);
  }

  private static void create(Path directory, DirectoryCreation creation) {
    try {
      creation.create(directory);
    } catch (FileAlreadyExistsException e) {
      throw new StorageException(
          ErrorCode.DIRECTORY_NOT_WRITABLE,
          e.getFile()
              + " is a file, and data directory "
              + directory
              + " needs a directory there; choose another with --data-dir",
          e);
    } catch (IOException e) {
      throw DiskFailure.notWritable("create directory", directory, e);
    }
  }
}
