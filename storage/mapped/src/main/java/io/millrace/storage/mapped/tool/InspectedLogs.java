package io.millrace.storage.mapped.tool;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.StoredRegister;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the logs in a directory of a user. Blocks on the disk. */
public final class InspectedLogs {

  private InspectedLogs() {}

  /**
   * The logs in a data directory, or the one log in a partition's directory. A data directory also
   * has the logs of which the register requires files, and which have no directory.
   *
   * @throws StorageException {@code INVALID_REQUEST} if the directory is neither
   */
  public static List<LogInspector> in(Path directory) {
    Path logs = directory.resolve("logs");
    List<LogInspector> found = new ArrayList<>();
    if (Files.isDirectory(logs)) {
      // Before the directories: an entry is removed before its files.
      StoredRegister register = StoredRegister.in(directory);
      logsIn(directory, register).forEach(log -> found.add(LogInspector.in(log, register)));
    } else if (Files.isDirectory(directory) && looksLikeALog(directory)) {
      found.add(LogInspector.in(directory, StoredRegister.beside(new LogDirectory(directory))));
    } else {
      requireExisting(directory);
      throw new StorageException(
          ErrorCode.INVALID_REQUEST,
          directory
              + " is neither a data directory (it has no directory logs) nor a partition's directory"
              + " (it has no segment files); give the broker's dataDir, or one directory in its"
              + " logs");
    }
    return found;
  }

  /** Distinguishes a wrong path from a wrong directory. */
  static void requireExisting(Path directory) {
    if (Files.notExists(directory)) {
      throw new StorageException(
          ErrorCode.INVALID_REQUEST,
          "there is no directory " + directory + "; give the broker's data directory (dataDir)");
    }
  }

  private static Set<Path> logsIn(Path directory, StoredRegister register) {
    Path logs = directory.resolve("logs");
    try (Stream<Path> paths = Files.list(logs)) {
      return Stream.concat(
              paths.filter(path -> LogDirectory.idOf(path).isPresent()),
              register.logs().stream()
                  .filter(id -> LogRepair.isToBeTakenOff(directory, id, register.of(id)))
                  .map(id -> LogDirectory.of(logs, id).path()))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw DiskFailure.of("list", logs, e);
    }
  }

  private static boolean looksLikeALog(Path directory) {
    return LogDirectory.idOf(directory.toAbsolutePath().normalize()).isPresent()
        || !new LogDirectory(directory).list().segments().isEmpty();
  }
}
