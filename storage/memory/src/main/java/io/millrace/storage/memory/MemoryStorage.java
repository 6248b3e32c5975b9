package io.millrace.storage.memory;

import io.millrace.storage.FreeSpace;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.OpeningStage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Refusals;
import io.millrace.storage.ResourceNeeds;
import io.millrace.storage.SegmentSizes;
import io.millrace.storage.StateStore;
import io.millrace.storage.Verification;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

/**
 * Logs and states in the heap, up to a number of bytes. After a close the content is still there:
 * {@link #afterRestart()} and {@link #afterPowerFailure()} return the storage that the next broker
 * finds. Any thread.
 *
 * <p>Without an executor, the caller forces its logs. With an executor, it behaves like a storage
 * on other machines: openings and reads complete on the executor, and the logs make appends durable
 * by themselves.
 */
public final class MemoryStorage implements LogStorage {

  private final HeapSpace space;
  private final MemoryStates states;
  private final Map<LogId, MemoryLogData> logs;

  /** Null if the caller forces the logs. */
  private final Executor completions;

  /**
   * A storage whose logs the caller forces.
   *
   * @param capacityBytes the maximum number of bytes of all logs together; an append that needs
   *     more is refused with {@code DISK_FULL}
   */
  public MemoryStorage(long capacityBytes) {
    this(new HeapSpace(capacityBytes), new MemoryStates(), new HashMap<>(), null);
  }

  /**
   * A storage whose logs force themselves. It completes its futures on an executor.
   *
   * @param capacityBytes the maximum number of bytes of all logs together; an append that needs
   *     more is refused with {@code DISK_FULL}
   * @param completions runs short tasks, in any order. It belongs to the caller, which ends it
   *     after the storage is closed
   */
  public MemoryStorage(long capacityBytes, Executor completions) {
    this(new HeapSpace(capacityBytes), new MemoryStates(), new HashMap<>(), completions);
  }

  private MemoryStorage(
      HeapSpace space, MemoryStates states, Map<LogId, MemoryLogData> logs, Executor completions) {
    this.space = space;
    this.states = states;
    this.logs = logs;
    this.completions = completions;
  }

  /** A copy with all batches, as after a crash of the process. */
  public MemoryStorage afterRestart() {
    return copy(false);
  }

  /** A copy with the durable batches only, as after a power failure. */
  public MemoryStorage afterPowerFailure() {
    return copy(true);
  }

  private synchronized MemoryStorage copy(boolean forcedOnly) {
    HeapSpace copiedSpace = space.emptied();
    Map<LogId, MemoryLogData> copiedLogs = new HashMap<>();
    logs.forEach((id, log) -> copiedLogs.put(id, log.copy(copiedSpace, forcedOnly)));
    return new MemoryStorage(copiedSpace, states.copy(), copiedLogs, completions);
  }

  @Override
  public StateStore states() {
    return states;
  }

  @Override
  public synchronized Set<LogId> list() {
    return Set.copyOf(logs.keySet());
  }

  @Override
  public Set<LogId> namedOnly() {
    return Set.of();
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    return OpeningStage.of(
        () -> SegmentSizes.of(settings),
        sizes -> {
          MemoryLog log = begin(id, sizes, listener);
          return () -> replayed(log, replay);
        },
        completions == null ? Runnable::run : completions);
  }

  /** A log whose replay fails is closed, so that it can be opened again. */
  private static MemoryLog replayed(MemoryLog log, LogReplay replay) {
    try {
      log.replay(replay);
      return log;
    } catch (RuntimeException | Error e) {
      log.close();
      throw e;
    }
  }

  private synchronized MemoryLog begin(LogId id, SegmentSizes sizes, LogListener listener) {
    MemoryLogData data = logs.computeIfAbsent(id, unknown -> new MemoryLogData(space));
    if (data.isOpen()) {
      throw Refusals.openAlready(id);
    }
    return completions == null
        ? new ForcedMemoryLog(id, sizes, data)
        : new SelfForcingMemoryLog(id, sizes, data, listener, completions);
  }

  @Override
  public List<String> settingNames() {
    return SegmentSizes.NAMES;
  }

  @Override
  public LogSettings check(LogSettings settings) {
    return SegmentSizes.checked(settings);
  }

  @Override
  public synchronized void delete(LogId id) {
    MemoryLogData data = logs.get(id);
    if (data == null) {
      return;
    }
    if (data.isOpen()) {
      throw Refusals.notDeletedWhileOpen(id);
    }
    data.drop();
    logs.remove(id);
  }

  @Override
  public ResourceNeeds needs() {
    return ResourceNeeds.NONE;
  }

  @Override
  public FreeSpace freeSpace() {
    return FreeSpace.ofBytes(space.usableBytes());
  }

  @Override
  public void startVerification() {
    // The heap has no bytes from before the start of the process.
  }

  @Override
  public Verification verification() {
    return new Verification(0, 0);
  }

  @Override
  public synchronized void close() {
    Set<LogId> open =
        logs.keySet().stream().filter(id -> logs.get(id).isOpen()).collect(Collectors.toSet());
    if (!open.isEmpty()) {
      throw Refusals.notClosedWhileOpen(open);
    }
  }
}
