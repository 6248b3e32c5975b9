package io.millrace.storage;

import io.millrace.protocol.ErrorCode;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A storage whose logs the test takes over, as another broker would. It gives the tests of an
 * engine a failure that this engine cannot have by itself. Any thread.
 */
public class FencingStorage extends ForwardingStorage {

  private final Map<LogId, FencingLog> open = new ConcurrentHashMap<>();
  private final Set<LogId> fenced = ConcurrentHashMap.newKeySet();

  public FencingStorage(LogStorage inner) {
    super(inner);
  }

  /** Another broker takes over a log, which may be open or closed. */
  public final void fence(LogId id) {
    fenced.add(id);
    FencingLog log = open.get(id);
    if (log != null) {
      log.fence(refusal(id));
    }
  }

  /** The other broker gives up a log; it can be opened again. */
  public final void release(LogId id) {
    fenced.remove(id);
  }

  public final boolean isClosed(LogId id) {
    return !open.containsKey(id);
  }

  protected final FencingLog openLog(LogId id) {
    return open.get(id);
  }

  protected final Collection<FencingLog> openLogs() {
    return open.values();
  }

  private static StorageException refusal(LogId id) {
    return new StorageException(
        ErrorCode.FENCED, "another broker has taken over log " + id + ", says the test");
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    GuardedListener guarded = new GuardedListener(listener);
    return super.open(id, settings, replay, guarded).thenApply(log -> opened(log, guarded));
  }

  private PartitionLog opened(PartitionLog log, GuardedListener listener) {
    LogId id = log.id();
    if (fenced.contains(id)) {
      log.close();
      throw refusal(id);
    }
    FencingLog fencing = fencing(log, listener);
    open.put(id, fencing);
    return fencing;
  }

  /** Makes the log that the owner gets. */
  protected FencingLog fencing(PartitionLog log, GuardedListener listener) {
    return log instanceof ForcedLog forced
        ? new FencingForcedLog(forced, listener, this::closing)
        : new FencingLog(log, listener, this::closing);
  }

  /** A log is about to be closed. */
  protected final void closing(LogId id) {
    open.remove(id);
  }
}
