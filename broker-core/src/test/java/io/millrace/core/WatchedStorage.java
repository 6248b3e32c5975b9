package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.ForwardingLog;
import io.millrace.storage.ForwardingStorage;
import io.millrace.storage.LogId;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogReader;
import io.millrace.storage.LogReplay;
import io.millrace.storage.LogSettings;
import io.millrace.storage.LogStorage;
import io.millrace.storage.OffsetRange;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StateStore;
import io.millrace.storage.StorageException;
import io.millrace.storage.StoredState;
import io.millrace.storage.WantedBatches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongUnaryOperator;

/**
 * A storage whose forces a test counts, holds back and breaks. For a log that is not forced, it
 * does so with the reports of the durable offset.
 */
final class WatchedStorage extends ForwardingStorage {

  final AtomicInteger forces = new AtomicInteger();
  final AtomicInteger checkpoints = new AtomicInteger();
  final Set<LogId> failingForces = ConcurrentHashMap.newKeySet();

  /** Logs whose forces are refused for lack of file descriptors. */
  final Set<LogId> refusedForces = ConcurrentHashMap.newKeySet();

  final Set<LogId> unopenable = ConcurrentHashMap.newKeySet();
  final Set<String> lostStates = ConcurrentHashMap.newKeySet();
  volatile StorageException failingAppend;

  /** Why the appends to some logs fail. */
  final Map<LogId, StorageException> failingAppends = new ConcurrentHashMap<>();

  volatile Error errorInAppend;
  volatile StorageException failingSave;
  volatile StorageException failingOpen;
  volatile StorageException failingCheckpoint;

  /** Run before a state is saved or deleted. */
  volatile Runnable beforeSave = () -> {};

  /** Run when a state is saved or deleted on disk and the call has not returned. */
  volatile Runnable afterSave = () -> {};

  /** Changes the offset that a force reports. */
  volatile LongUnaryOperator forcedTo = durable -> durable;

  volatile Runnable afterOpen = () -> {};
  volatile Runnable beforeDelete = () -> {};
  volatile Runnable beforeLogClose = () -> {};
  volatile Runnable beforeSeek = () -> {};

  /** Searches find no offsets, as those of an engine without indexes. */
  volatile boolean noIndexes;

  /** Slices from this offset on are cold. */
  volatile long coldFrom = Long.MAX_VALUE;

  /** Run before such a slice is loaded. */
  volatile Runnable beforeLoad = () -> {};

  /** Number of readers and slices that are open; negative if one was closed twice. */
  final AtomicInteger openLeases = new AtomicInteger();

  /** Damaged ranges besides those that the logs know. */
  final List<DamagedOffsets> damage = new CopyOnWriteArrayList<>();

  volatile boolean closed;

  private final List<WatchedListener> listeners = new CopyOnWriteArrayList<>();
  private final Semaphore gate = new Semaphore(Integer.MAX_VALUE / 2);
  private final Semaphore arrivals = new Semaphore(0);
  private final Semaphore retentions = new Semaphore(0);
  private final Semaphore checkpointsTaken = new Semaphore(0);

  WatchedStorage(LogStorage storage) {
    super(storage);
  }

  /** Makes every force wait until {@link #letForces}. */
  void holdForces() {
    gate.drainPermits();
    arrivals.drainPermits();
  }

  /** Waits until a held force has begun. */
  void awaitForce() {
    Await.permits(arrivals, 1);
  }

  /** Waits until the retention of a log has run; each run counts once. */
  void awaitRetention() {
    Await.permits(retentions, 1);
  }

  /** Waits until a number of checkpoints were taken; each counts once. */
  void awaitCheckpoints(int count) {
    Await.permits(checkpointsTaken, count);
  }

  void letForces(int count) {
    gate.release(count);
    listeners.forEach(WatchedListener::passOn);
  }

  void letAllForces() {
    letForces(Integer.MAX_VALUE / 2);
  }

  @Override
  public StateStore states() {
    return new StateStore() {
      @Override
      public SortedSet<String> list(String prefix) {
        SortedSet<String> names = inner().states().list(prefix);
        names.removeAll(lostStates);
        return names;
      }

      @Override
      public void delete(String name, long expectedVersion) {
        beforeSave.run();
        if (failingSave != null) {
          throw failingSave;
        }
        inner().states().delete(name, expectedVersion);
        afterSave.run();
      }

      @Override
      public Optional<StoredState> load(String name) {
        return lostStates.contains(name) ? Optional.empty() : inner().states().load(name);
      }

      @Override
      public long save(String name, long expectedVersion, byte[] bytes) {
        beforeSave.run();
        if (failingSave != null) {
          throw failingSave;
        }
        boolean lost = lostStates.remove(name);
        long expected = lost ? versionOf(name) : expectedVersion;
        long version = inner().states().save(name, expected, bytes);
        afterSave.run();
        return version;
      }
    };
  }

  private long versionOf(String state) {
    return inner().states().load(state).map(StoredState::version).orElse(StateStore.NO_VERSION);
  }

  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    if (unopenable.contains(id)) {
      return CompletableFuture.failedStage(
          new StorageException(ErrorCode.CORRUPT_LOG, "log " + id + " is damaged, says the test"));
    }
    if (failingOpen != null) {
      return CompletableFuture.failedStage(failingOpen);
    }
    WatchedListener watched = new WatchedListener(id, listener);
    return super.open(id, settings, replay, watched).thenApply(log -> watch(log, watched));
  }

  private PartitionLog watch(PartitionLog log, WatchedListener listener) {
    PartitionLog watched = watched(log, listener);
    afterOpen.run();
    return watched;
  }

  private PartitionLog watched(PartitionLog log, WatchedListener listener) {
    if (log instanceof ForcedLog forced) {
      return new WatchedForcedLog(forced);
    }
    listener.reported = log.offsets().durable();
    listeners.add(listener);
    return new WatchedReportingLog(log, listener);
  }

  @Override
  public void delete(LogId id) {
    beforeDelete.run();
    super.delete(id);
  }

  @Override
  public void close() {
    super.close();
    closed = true;
  }

  /** Holds back and breaks the reports of a log that is not forced. */
  private final class WatchedListener implements LogListener {

    private final LogId id;
    private final LogListener listener;
    private long held;
    private boolean failed;
    private volatile long reported;

    WatchedListener(LogId id, LogListener listener) {
      this.id = id;
      this.listener = listener;
    }

    @Override
    public synchronized void durable(long offset) {
      held = offset;
      arrivals.release();
      passOn();
    }

    synchronized void passOn() {
      if (held <= reported || failed || !gate.tryAcquire()) {
        return;
      }
      forces.incrementAndGet();
      if (failingForces.contains(id)) {
        failed = true;
        listener.failed(brokenDisk());
      } else {
        reported = held;
        listener.durable(forcedTo.applyAsLong(held));
      }
    }

    @Override
    public void failed(StorageException cause) {
      listener.failed(cause);
    }
  }

  private static StorageException brokenDisk() {
    return new StorageException(ErrorCode.STORAGE_FAILED, "the disk is broken, says the test");
  }

  private class WatchedLog extends ForwardingLog {

    WatchedLog(PartitionLog log) {
      super(log);
    }

    @Override
    public long append(ByteBuffer batch) {
      if (failingAppend != null) {
        throw failingAppend;
      }
      StorageException ofLog = failingAppends.get(id());
      if (ofLog != null) {
        throw ofLog;
      }
      if (errorInAppend != null) {
        throw errorInAppend;
      }
      return super.append(batch);
    }

    @Override
    public List<DamagedOffsets> damage() {
      List<DamagedOffsets> all = new ArrayList<>(super.damage());
      all.addAll(damage);
      return all;
    }

    @Override
    public void checkpoint(long offset, byte[] state) {
      if (failingCheckpoint != null) {
        throw failingCheckpoint;
      }
      super.checkpoint(offset, state);
      checkpoints.incrementAndGet();
      checkpointsTaken.release();
    }

    @Override
    public LogReader reader(long offset) {
      return new CountingReader(
          new ColdReader(super.reader(offset), coldFrom, beforeLoad), openLeases);
    }

    @Override
    public long firstBatchAtOrAfter(long eventTimeMicros, long from, long limit) {
      beforeSeek.run();
      long found = super.firstBatchAtOrAfter(eventTimeMicros, from, limit);
      return damage.stream()
          .filter(range -> range.endOffset() > from && range.firstOffset() < found)
          .mapToLong(DamagedOffsets::firstOffset)
          .min()
          .orElse(found);
    }

    @Override
    public OffsetRange nextRange(WantedBatches wanted, long from, long limit) {
      beforeSeek.run();
      if (noIndexes) {
        return new OffsetRange(from, from, 0);
      }
      OffsetRange found = super.nextRange(wanted, from, limit);
      long damaged =
          damage.stream()
              .filter(range -> range.endOffset() > from && range.firstOffset() < found.from())
              .mapToLong(DamagedOffsets::firstOffset)
              .min()
              .orElse(found.from());
      return damaged < found.from() ? new OffsetRange(Math.max(from, damaged), limit, 0) : found;
    }

    @Override
    public long retain(long minAppendTimeMicros, long maxBytes) {
      long start = super.retain(minAppendTimeMicros, maxBytes);
      retentions.release();
      return start;
    }

    @Override
    public void close() {
      beforeLogClose.run();
      super.close();
    }
  }

  /** A log whose durable offset is the one that its partition knows. */
  private final class WatchedReportingLog extends WatchedLog {

    private final WatchedListener listener;

    WatchedReportingLog(PartitionLog log, WatchedListener listener) {
      super(log);
      this.listener = listener;
    }

    @Override
    public LogOffsets offsets() {
      long reported = listener.reported; // before the others, which only grow
      LogOffsets offsets = super.offsets();
      return new LogOffsets(offsets.start(), Math.max(offsets.start(), reported), offsets.end());
    }
  }

  private final class WatchedForcedLog extends WatchedLog implements ForcedLog {

    private final ForcedLog log;

    WatchedForcedLog(ForcedLog log) {
      super(log);
      this.log = log;
    }

    @Override
    public long force() {
      arrivals.release();
      Await.permits(gate, 1);
      forces.incrementAndGet();
      if (failingForces.contains(id())) {
        throw brokenDisk();
      }
      if (refusedForces.contains(id())) {
        throw new StorageException(
            ErrorCode.RESOURCES_EXHAUSTED, "too many files are open, says the test");
      }
      return forcedTo.applyAsLong(log.force());
    }
  }
}
