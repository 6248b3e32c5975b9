package io.millrace.storage.mapped.tool;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.MappedSettings;
import io.millrace.storage.mapped.MappedStorage;
import io.millrace.storage.mapped.OfflineRepair;
import io.millrace.storage.mapped.file.DirectoryLock;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.RegisteredLog;
import io.millrace.storage.mapped.file.StoredRegister;
import io.millrace.storage.mapped.recovery.RepairPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Repairs the logs of a data directory that no broker uses: recovers each log, checks every durable
 * batch, quarantines damage and builds missing indexes. Blocks on the disk. One thread, once.
 */
public final class LogRepair {

  /**
   * The result for one log.
   *
   * @param done the changes, or those that a repair would make; one sentence each; empty: none
   * @param damage the offsets that cannot be read, known before or found now
   * @param failure why the log cannot be opened; empty if it can
   */
  public record RepairedLog(
      LogId id,
      List<String> done,
      List<DamagedOffsets> damage,
      Optional<StorageException> failure) {

    public RepairedLog {
      done = List.copyOf(done);
      damage = List.copyOf(damage);
    }

    private static RepairedLog failed(LogId id, StorageException failure) {
      return new RepairedLog(id, List.of(), List.of(), Optional.of(failure));
    }
  }

  private LogRepair() {}

  /** As {@link #apply(Path, Predicate)}, for every log. */
  public static List<RepairedLog> apply(Path directory) {
    return apply(directory, log -> true);
  }

  /**
   * Repairs logs of a data directory.
   *
   * @param chosen whether to repair a log
   * @throws StorageException {@code INVALID_REQUEST} if it is no data directory, {@code
   *     DIRECTORY_LOCKED} while a broker uses it, {@code DIRECTORY_NOT_WRITABLE}
   */
  public static List<RepairedLog> apply(Path directory, Predicate<LogId> chosen) {
    requireDataDirectory(directory);
    List<RepairedLog> repaired = new ArrayList<>();
    StoredRegister register = StoredRegister.in(directory);
    try (MappedStorage storage = MappedStorage.open(directory, MappedSettings.defaults())) {
      Set<LogId> ids = new TreeSet<>(Comparator.comparing(LogId::toString));
      ids.addAll(storage.list());
      for (LogId id : ids.stream().filter(chosen).toList()) {
        RegisteredLog registered = register.of(id);
        boolean exists = Files.exists(LogDirectory.of(directory.resolve("logs"), id).path());
        if (exists) {
          repaired.add(repair(storage, id));
        } else if (registered != null && isToBeTakenOff(directory, id, registered)) {
          storage.delete(id);
          repaired.add(lost(id, registered, "took the log off the register: it has no directory"));
        }
      }
    }
    return repaired;
  }

  /**
   * Whether the entry of a log without a directory has to go: the log has lost events, or its topic
   * was deleted. An empty log of a topic is created again when it is opened.
   */
  static boolean isToBeTakenOff(Path directory, LogId id, RegisteredLog registered) {
    return registered.hasSegment() || !StateInspector.of(directory).exists("topic-" + id.topicId());
  }

  /**
   * A log of which nothing is left but its entry in the register. To remove the entry hides no
   * loss: the broker refuses a topic of which a log does not exist.
   */
  private static RepairedLog lost(LogId id, RegisteredLog registered, String done) {
    long start = registered.startOffset();
    long end = Math.max(registered.durableOffset(), registered.newestSegment());
    return new RepairedLog(
        id,
        List.of(done),
        end > start
            ? List.of(new DamagedOffsets(start, end, "all files of the log are missing"))
            : List.of(),
        Optional.empty());
  }

  private static RepairedLog repair(MappedStorage storage, LogId id) {
    try {
      OfflineRepair repair = OfflineRepair.of(storage, id);
      return new RepairedLog(id, repair.changes(), repair.damage(), Optional.empty());
    } catch (StorageException e) {
      return RepairedLog.failed(id, e);
    }
  }

  /** As {@link #plan(Path, Predicate)}, for every log. */
  public static List<RepairedLog> plan(Path directory) {
    return plan(directory, log -> true);
  }

  /**
   * The changes that {@link #apply(Path, Predicate)} would make, as {@code done}. It only reads.
   *
   * @param chosen whether to plan the repair of a log
   * @throws StorageException {@code INVALID_REQUEST} if it is no data directory, {@code
   *     DIRECTORY_LOCKED} while a broker uses it, because an open log is not repaired, {@code
   *     STORAGE_FAILED} if it cannot be read
   */
  public static List<RepairedLog> plan(Path directory, Predicate<LogId> chosen) {
    requireDataDirectory(directory);
    DirectoryLock.requireUnused(directory);
    List<RepairedLog> planned = new ArrayList<>();
    for (LogInspector log : InspectedLogs.in(directory)) {
      log.id().filter(chosen).ifPresent(id -> planned.add(plan(log, id)));
    }
    return planned;
  }

  private static RepairedLog plan(LogInspector log, LogId id) {
    LogDirectory directory = new LogDirectory(log.directory());
    RegisteredLog registered = log.registration();
    if (!Files.exists(directory.path())) {
      return lost(id, registered, "take the log off the register: it has no directory");
    }
    try {
      RepairPlan plan = RepairPlan.of(directory, id, registered);
      return new RepairedLog(id, plan.steps(), plan.damage(), Optional.empty());
    } catch (StorageException e) {
      return RepairedLog.failed(id, e);
    }
  }

  private static void requireDataDirectory(Path directory) {
    if (!Files.isDirectory(directory.resolve("logs"))) {
      InspectedLogs.requireExisting(directory);
      throw new StorageException(
          ErrorCode.INVALID_REQUEST,
          directory + " is no data directory: it has no directory logs; give the broker's dataDir");
    }
  }
}
