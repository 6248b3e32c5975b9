package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecoveryReport;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.Verification;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * A third engine: appends are stored and durable when the test says so, as if other machines had
 * confirmed them, and a log can be taken over by another broker.
 */
final class DelayingStorage implements LogStorage {

  private final MemoryStorage storage;
  private final Map<LogId, DelayingLog> open = new ConcurrentHashMap<>();
  private final Set<LogId> fenced = ConcurrentHashMap.newKeySet();
  private final Semaphore begun = new Semaphore(0);
  private final CompletableFuture<Void> opens = new CompletableFuture<>();
  private final Runnable afterLogClose;

  private DelayingStorage(MemoryStorage storage, Runnable afterLogClose) {
    this.storage = storage;
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
    return new DelayingStorage(storage.afterRestart(), afterLogClose);
  }

  /** Waits until a number of logs are opening. */
  void awaitOpening(int count) {
    begun.acquireUninterruptibly(count);
  }

  /** Completes the openings, on the calling thread, and those to come. */
  void letOpens() {
    opens.complete(null);
  }

  /** Makes all appends of a log durable, and reports it. */
  void makeDurable(LogId id) {
    open.get(id).makeDurable();
  }

  void makeAllDurable() {
    open.values().forEach(DelayingLog::makeDurable);
  }

  boolean isClosed(LogId id) {
    return !open.containsKey(id);
  }

  /** Another broker takes the log over, which may be open or closed. */
  void fence(LogId id) {
    fenced.add(id);
    DelayingLog log = open.get(id);
    if (log != null) {
      log.fence();
    }
  }

  static StorageException fenced(LogId id) {
    return new StorageException(ErrorCode.FENCED, "another broker has taken over log " + id);
  }

  @Override
  public StateStore states() {
    return storage.states();
  }

  @Override
  public Set<LogId> list() {
    return storage.list();
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    CompletionStage<PartitionLog> opening =
        opens
            .thenCompose(ignored -> storage.open(id, settings, replay, listener))
            .thenApply(log -> delay((ForcedLog) log, listener));
    begun.release();
    return opening;
  }

  private PartitionLog delay(ForcedLog log, LogListener listener) {
    if (fenced.contains(log.id())) {
      log.close();
      throw fenced(log.id());
    }
    DelayingLog delaying = new DelayingLog(log, listener);
    open.put(log.id(), delaying);
    return delaying;
  }

  @Override
  public void check(LogSettings settings) {
    storage.check(settings);
  }

  @Override
  public void delete(LogId id) {
    storage.delete(id);
  }

  @Override
  public long usableBytes() {
    return storage.usableBytes();
  }

  @Override
  public void startVerification() {
    storage.startVerification();
  }

  @Override
  public Verification verification() {
    return storage.verification();
  }

  @Override
  public void close() {
    storage.close();
  }

  private final class DelayingLog implements PartitionLog {

    private final ForcedLog log;
    private final LogListener listener;
    private boolean silent; // guarded by this: fenced or closed

    DelayingLog(ForcedLog log, LogListener listener) {
      this.log = log;
      this.listener = listener;
    }

    synchronized void makeDurable() {
      LogOffsets offsets = log.offsets();
      if (!silent && offsets.durable() < offsets.end()) {
        listener.durable(log.force());
      }
    }

    synchronized void fence() {
      silent = true;
      listener.failed(fenced(id()));
    }

    @Override
    public LogId id() {
      return log.id();
    }

    @Override
    public int epoch() {
      return log.epoch();
    }

    @Override
    public RecoveryReport recovery() {
      return log.recovery();
    }

    @Override
    public List<DamagedOffsets> damage() {
      return log.damage();
    }

    @Override
    public LogOffsets offsets() {
      LogOffsets offsets = log.offsets();
      return new LogOffsets(offsets.start(), offsets.durable(), offsets.durable(), offsets.end());
    }

    @Override
    public long append(ByteBuffer batch) {
      log.append(batch);
      return log.offsets().durable();
    }

    @Override
    public void checkpoint(long offset, byte[] state) {
      log.checkpoint(offset, state);
    }

    @Override
    public LogReader reader(long offset) {
      return log.reader(offset);
    }

    @Override
    public long firstBatchAtOrAfter(long eventTimeMicros, long limit) {
      return log.firstBatchAtOrAfter(eventTimeMicros, limit);
    }

    @Override
    public long retain(long minAppendTimeMicros, long maxBytes) {
      return log.retain(minAppendTimeMicros, maxBytes);
    }

    @Override
    public void alter(LogSettings settings) {
      log.alter(settings);
    }

    @Override
    public long sizeBytes() {
      return log.sizeBytes();
    }

    @Override
    public synchronized void close() {
      silent = true;
      open.remove(id());
      log.close();
      afterLogClose.run();
    }
  }
}
