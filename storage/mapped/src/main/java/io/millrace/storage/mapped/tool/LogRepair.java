package io.millrace.storage.mapped.tool;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.LogId;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.MappedLog;
import io.millrace.storage.mapped.MappedSettings;
import io.millrace.storage.mapped.MappedStorage;
import io.millrace.storage.mapped.recovery.RepairPlan;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts the logs of a data directory in order without a broker: does to each what opening it does,
 * then checks every durable batch, sets damaged ones aside and builds missing indexes. Blocks on
 * the disk. One thread, once.
 */
public final class LogRepair {

  /**
   * One log after its repair, or as it would be.
   *
   * @param done what was done, or would be, one sentence each; empty: nothing
   * @param damage offsets that cannot be read, known before or found now
   * @param failure why the log cannot be opened; empty if it can
   */
  public record RepairedLog(
      LogId id, List<String> done, List<DamagedRange> damage, String failure) {

    public RepairedLog {
      done = List.copyOf(done);
      damage = List.copyOf(damage);
    }
  }

  private LogRepair() {}

  /**
   * Repairs every log of a data directory.
   *
   * @throws StorageException {@code INVALID_REQUEST} if it is none, {@code DIRECTORY_LOCKED} while
   *     a broker has it, {@code DIRECTORY_NOT_WRITABLE}
   */
  public static List<RepairedLog> apply(Path directory) {
    requireDataDirectory(directory);
    List<RepairedLog> repaired = new ArrayList<>();
    try (MappedStorage storage = MappedStorage.open(directory, MappedSettings.defaults())) {
      Set<LogId> ids = new TreeSet<>(Comparator.comparing(LogId::toString));
      ids.addAll(storage.list());
      ids.forEach(id -> repaired.add(repair(storage, id)));
    }
    return repaired;
  }

  private static RepairedLog repair(MappedStorage storage, LogId id) {
    LogSettings settings = new LogSettings(LogSettings.MAX_SEGMENT_BYTES);
    try (MappedLog log = (MappedLog) storage.open(id, settings, new ReplayNothing())) {
      List<String> done = new ArrayList<>(log.recovery().notes());
      done.addAll(log.checks().runAll());
      return new RepairedLog(id, done, log.damage(), "");
    } catch (StorageException e) {
      return new RepairedLog(id, List.of(), List.of(), e.getMessage());
    }
  }

  /**
   * What {@link #apply} would do, with the steps as {@code done}. Reads only, locks nothing.
   *
   * @throws StorageException {@code INVALID_REQUEST} if it is no data directory, {@code
   *     STORAGE_FAILED} if it cannot be read
   */
  public static List<RepairedLog> plan(Path directory) {
    requireDataDirectory(directory);
    List<RepairedLog> planned = new ArrayList<>();
    for (LogInspector log : LogInspector.of(directory)) {
      log.id().ifPresent(id -> planned.add(new RepairPlan(log, id).make()));
    }
    return planned;
  }

  private static void requireDataDirectory(Path directory) {
    if (!Files.isDirectory(directory.resolve("logs"))) {
      throw new StorageException(
          ErrorCode.INVALID_REQUEST,
          directory + " is no data directory: it has no directory logs; give the broker's dataDir");
    }
  }

  /** A repair keeps no state: the checkpoint stays for the broker. */
  private static final class ReplayNothing implements LogReplay {

    @Override
    public void restore(byte[] checkpointState) {
      // Nobody asks for it.
    }

    @Override
    public void replay(ByteBuffer header) {
      // Nobody asks for it.
    }
  }
}
