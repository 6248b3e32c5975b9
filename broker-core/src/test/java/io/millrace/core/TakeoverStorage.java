package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.ForwardingLog;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogSlice;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A storage of which a test fences an open log: each call of this opening then fails, and the next
 * opening works. Openings and closings can be held back, and openings can fail.
 */
final class TakeoverStorage extends ForwardingStorage {

  private static final int ALL = Integer.MAX_VALUE / 2;

  /** The failures of the next openings. */
  final Queue<StorageException> failingOpens = new ConcurrentLinkedQueue<>();

  volatile StorageException failingAppend;
  volatile Runnable beforeStates = () -> {};
  volatile Runnable beforeOpen = () -> {};
  volatile Runnable beforeLogClose = () -> {};

  /** Slices from this offset on are cold. */
  volatile long coldFrom = Long.MAX_VALUE;

  /** Run before such a slice is loaded. */
  volatile Runnable beforeLoad = () -> {};

  /** Only the first slice of each reader is cold: finding an offset waits for the device. */
  volatile boolean firstSlicesCold;

  final AtomicInteger openReaders = new AtomicInteger();

  volatile boolean closed;

  private final Map<LogId, FencedLog> open = new ConcurrentHashMap<>();
  private final Map<LogId, LogSettings> settings = new ConcurrentHashMap<>();
  private final Semaphore confirmations = new Semaphore(ALL);
  private volatile LogStorage storage;

  TakeoverStorage(LogStorage storage) {
    super(storage);
    this.storage = storage;
  }

  static StorageException fenced(LogId id) {
    return new StorageException(ErrorCode.FENCED, "another broker has taken over log " + id);
  }

  /** Another broker takes the log over, and this one learns it at once. */
  void fence(LogId id) {
    FencedLog log = open.get(id);
    log.fenced = true;
    letConfirmations();
    if (!(log instanceof FencedForcedLog)) {
      log.listener.failed(fenced(id));
    }
  }

  /** Another broker takes the log over; the next call of this opening says so. */
  void fenceSilently(LogId id) {
    open.get(id).fenced = true;
  }

  /** The report of the open log that it is fenced, for a test that passes it on later. */
  Runnable lateReport(LogId id) {
    LogListener listener = open.get(id).listener;
    return () -> listener.failed(fenced(id));
  }

  /** Nothing becomes durable until {@link #letConfirmations} or {@link #fence}. */
  void holdConfirmations() {
    confirmations.drainPermits();
  }

  void letConfirmations() {
    confirmations.release(ALL / 2);
    open.values().forEach(log -> log.listener.passOnWhatWasHeld());
  }

  /** From now on logs are opened as they would be without what was not durable. */
  void loseWhatIsNotDurable() {
    storage = ((MemoryStorage) storage).afterPowerFailure();
  }

  @Override
  public LogStorage inner() {
    return storage;
  }

  int openLogs() {
    return open.size();
  }

  LogSettings settingsOf(LogId id) {
    return settings.get(id);
  }

  @Override
  public StateStore states() {
    beforeStates.run();
    return super.states();
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    beforeOpen.run();
    StorageException failure = failingOpens.poll();
    if (failure != null) {
      return CompletableFuture.failedStage(failure);
    }
    FencedListener gated = new FencedListener(listener);
    return super.open(id, settings, replay, gated)
        .thenApply(
            log -> {
              FencedLog fenceable = fenceable(log, gated);
              open.put(id, fenceable);
              this.settings.put(id, settings);
              return fenceable;
            });
  }

  private FencedLog fenceable(PartitionLog log, FencedListener listener) {
    if (log instanceof ForcedLog forced) {
      return new FencedForcedLog(forced, listener);
    }
    listener.passedOn = log.offsets().durable();
    listener.log = new FencedLog(log, listener);
    return listener.log;
  }

  @Override
  public void delete(LogId id) {
    if (open.containsKey(id)) {
      throw new AssertionError("log " + id + " is deleted while it is open");
    }
    super.delete(id);
  }

  @Override
  public void close() {
    super.close();
    closed = true;
  }

  /** Passes the durable offset on until the log is fenced, or while confirmations are held. */
  private final class FencedListener implements LogListener {

    private final LogListener listener;
    private volatile FencedLog log;
    private volatile long passedOn;
    private volatile long held;

    FencedListener(LogListener listener) {
      this.listener = listener;
    }

    @Override
    public void durable(long offset) {
      // In this order: a permit that fence() releases comes after the log is fenced.
      if (confirmations.tryAcquire() && !(log != null && log.fenced)) {
        passedOn = offset;
        listener.durable(offset);
      } else {
        held = offset;
      }
    }

    void passOnWhatWasHeld() {
      if (held > passedOn && !log.fenced) {
        passedOn = held;
        listener.durable(held);
      }
    }

    @Override
    public void failed(StorageException cause) {
      listener.failed(cause);
    }
  }

  private class FencedLog extends ForwardingLog {

    private final FencedListener listener;
    volatile boolean fenced;

    FencedLog(PartitionLog log, FencedListener listener) {
      super(log);
      this.listener = listener;
    }

    void requireNotFenced() {
      if (fenced) {
        throw TakeoverStorage.fenced(id());
      }
    }

    @Override
    public LogOffsets offsets() {
      long passedOn = listener.passedOn; // before the others, which only grow
      LogOffsets now = super.offsets();
      return new LogOffsets(now.start(), Math.max(now.start(), passedOn), now.end());
    }

    @Override
    public long append(ByteBuffer batch) {
      if (failingAppend != null) {
        throw failingAppend;
      }
      requireNotFenced();
      return super.append(batch);
    }

    @Override
    public void checkpoint(long offset, byte[] state) {
      requireNotFenced();
      super.checkpoint(offset, state);
    }

    @Override
    public LogReader reader(long offset) {
      return new FencedReader(super.reader(offset), firstSlicesCold);
    }

    @Override
    public void alter(LogSettings changed) {
      super.alter(changed);
      settings.put(id(), changed);
    }

    @Override
    public void close() {
      beforeLogClose.run();
      super.close();
      if (!open.remove(id(), this)) {
        throw new AssertionError("log " + id() + " is closed twice");
      }
    }
  }

  private final class FencedForcedLog extends FencedLog implements ForcedLog {

    private final ForcedLog log;

    FencedForcedLog(ForcedLog log, FencedListener listener) {
      super(log, listener);
      this.log = log;
    }

    @Override
    public LogOffsets offsets() {
      return log.offsets();
    }

    @Override
    public long force() {
      Await.permits(confirmations, 1);
      requireNotFenced();
      return log.force();
    }
  }

  /** Makes slices cold, and is counted while it is open. */
  private final class FencedReader implements LogReader {

    private final LogReader reader;
    private final LogReader cold;
    private boolean firstCold;

    FencedReader(LogReader reader, boolean firstCold) {
      this.reader = reader;
      this.cold = new ColdReader(reader, 0, beforeLoad);
      this.firstCold = firstCold;
      openReaders.incrementAndGet();
    }

    @Override
    public long position() {
      return reader.position();
    }

    @Override
    public LogSlice read(int maxBytes, long limit) {
      boolean beginsCold = firstCold || position() >= coldFrom;
      firstCold = false;
      return (beginsCold ? cold : reader).read(maxBytes, limit);
    }

    @Override
    public void close() {
      reader.close();
      openReaders.decrementAndGet();
    }
  }
}
