package io.millrace.core;

import io.millrace.storage.FencingLog;
import io.millrace.storage.FencingStorage;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.GuardedListener;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.Refusals;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A third engine: appends are stored and durable when the test says so, as if other machines had
 * confirmed them, and a log can be taken over by another broker.
 */
final class DelayingStorage extends FencingStorage {

  private final Semaphore begun = new Semaphore(0);
  private final Set<LogId> opening = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> opens = new CompletableFuture<>();
  private final Runnable afterLogClose;

  private DelayingStorage(LogStorage storage, Runnable afterLogClose) {
    super(storage);
    this.afterLogClose = afterLogClose;
  }

  /** An empty storage that opens logs at once. */
  static DelayingStorage create(Runnable afterLogClose) {
    DelayingStorage created = new DelayingStorage(new MemoryStorage(16 << 20), afterLogClose);
    created.letOpens();
    return created;
  }

  /** The storage of the next broker; logs open when {@link #letOpens} is called. */
  DelayingStorage next() {
    return new DelayingStorage(((MemoryStorage) inner()).afterRestart(), afterLogClose);
  }

  /** Waits until a number of logs are opening. */
  void awaitOpening(int count) {
    Await.permits(begun, count);
  }

  /** Completes the openings, on the calling thread, and those to come. */
  void letOpens() {
    opens.complete(null);
  }

  /** Makes all appends of a log durable, and reports it. */
  void makeDurable(LogId id) {
    ((DelayingLog) openLog(id)).makeDurable();
  }

  void makeAllDurable() {
    openLogs().forEach(log -> ((DelayingLog) log).makeDurable());
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    if (openLog(id) != null || !opening.add(id)) {
      throw Refusals.openAlready(id);
    }
    CompletionStage<PartitionLog> log =
        opens
            .thenCompose(ignored -> super.open(id, settings, replay, listener))
            .whenComplete((opened, failure) -> opening.remove(id));
    begun.release();
    return log;
  }

  @Override
  protected FencingLog fencing(PartitionLog log, GuardedListener listener) {
    return new DelayingLog((ForcedLog) log, listener);
  }

  private final class DelayingLog extends FencingLog {

    private final ForcedLog log;
    private boolean closed; // guarded by this

    DelayingLog(ForcedLog log, GuardedListener listener) {
      super(log, listener, DelayingStorage.this::closing);
      this.log = log;
    }

    synchronized void makeDurable() {
      LogOffsets offsets = log.offsets();
      if (!closed && !isFenced() && offsets.durable() < offsets.end()) {
        listener().durable(log.force());
      }
    }

    /** What is not durable is not stored either. */
    @Override
    public LogOffsets offsets() {
      LogOffsets offsets = super.offsets();
      return new LogOffsets(offsets.start(), offsets.durable(), offsets.durable(), offsets.end());
    }

    @Override
    public long append(ByteBuffer batch) {
      super.append(batch);
      return offsets().stored();
    }

    @Override
    public synchronized void close() {
      closed = true;
      super.close();
      afterLogClose.run();
    }
  }
}
