package io.millrace.embedded;

import io.millrace.storage.ForcedLog;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.FreeSpace;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * A storage with the faults that the test has switched on. It makes no change while the {@link
 * Pause} is held, so that a copy of the storage is what a crash would leave. Any thread.
 */
final class FaultStorage extends ForwardingStorage {

  private final Faults faults;
  private final Pause pause;
  private final Map<LogId, PartitionLog> open = new ConcurrentHashMap<>();

  FaultStorage(LogStorage inner, Faults faults, Pause pause) {
    super(inner);
    this.faults = faults;
    this.pause = pause;
  }

  @Override
  public StateStore states() {
    return new PausedStates(super.states(), pause);
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    return pause.change(
        () -> {
          try {
            if (!list().contains(id)) {
              faults.requireSpace(id);
            }
          } catch (StorageException e) {
            return CompletableFuture.failedStage(e);
          }
          // Both engines of an embedded broker leave the fsync to their caller.
          return super.open(id, settings, replay, listener).thenApply(this::opened);
        });
  }

  private PartitionLog opened(PartitionLog log) {
    open.put(log.id(), log);
    return new FaultLog((ForcedLog) log, faults, pause);
  }

  /** One past the last offset that is fsynced, of each log that was opened. */
  Map<LogId, Long> durableOffsets() {
    return open.values().stream()
        .collect(Collectors.toMap(PartitionLog::id, log -> log.offsets().durable()));
  }

  @Override
  public void delete(LogId id) {
    open.remove(id);
    pause.change(() -> super.delete(id));
  }

  @Override
  public FreeSpace freeSpace() {
    return faults.diskFull() ? FreeSpace.ofBytes(0) : super.freeSpace();
  }
}
