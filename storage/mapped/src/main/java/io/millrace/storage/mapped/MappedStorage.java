package io.millrace.storage.mapped;

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
import io.millrace.storage.StorageException;
import io.millrace.storage.Verification;
import io.millrace.storage.mapped.file.DataDirectory;
import io.millrace.storage.mapped.file.DirectoryLock;
import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.DiskFailure;
import io.millrace.storage.mapped.file.EpochCounter;
import io.millrace.storage.mapped.file.FileStates;
import io.millrace.storage.mapped.file.FreeInodes;
import io.millrace.storage.mapped.file.LinuxDisk;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.file.LogRegister;
import io.millrace.storage.mapped.file.Quarantine;
import io.millrace.storage.mapped.file.RecoveryCase;
import io.millrace.storage.mapped.file.ReservedDisk;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A storage whose logs are memory-mapped, preallocated segment files in one data directory. It
 * holds the lock of the directory. Linux only.
 *
 * <pre>
 *   lock                     held by the process that uses the directory
 *   epoch                    counts the openings of logs
 *   register                 says of each log what must be there
 *   states/NAME.state        small states; NAME.copy has the same bytes
 *   logs/TOPIC-PARTITION/    one directory for each log
 * </pre>
 *
 * <p>Any thread.
 */
public final class MappedStorage implements LogStorage {

  private static final Logger LOG = LoggerFactory.getLogger(MappedStorage.class);

  /** The lock, the register, the limits of the process and those of the machine. */
  private static final int FILES_OF_STORAGE = 4;

  /** The newest segment and the prepared one, each opened for writes and mapped. */
  private static final int FILES_PER_LOG = 4;

  private static final int MAPS_PER_LOG = 2;

  /** Before the first check of the free space, and when most starts are over. */
  private static final long INODES_LOADED_AFTER_NANOS = 800_000_000L;

  private final Path directory;
  private final Path logs;
  private final DirectoryLock lock;

  /** Kept, because to find it takes a file descriptor, and to ask it for its space takes none. */
  private final FileStore fileStore;

  private final FreeInodes inodes;
  private final ReservedDisk disk;
  private final FileStates states;
  private final EpochCounter epochs;
  private final LogRegister register;
  private final ScheduledThreadPoolExecutor registerTimer;
  private final LogOpener opener;
  private final ExecutorService allocation;
  private final ExecutorService background;
  private final ScheduledThreadPoolExecutor timer;
  private final BackgroundVerification verification;
  private final int maxMappedSegments;
  private final Set<LogId> open = ConcurrentHashMap.newKeySet();

  private MappedStorage(Path directory, DirectoryLock lock, Disk disk, MappedSettings settings) {
    this.directory = directory;
    this.logs = directory.resolve("logs");
    this.lock = lock;
    this.fileStore = fileStore(directory);
    this.inodes = new FreeInodes(directory);
    this.disk = new ReservedDisk(disk, settings.reservedBytes(), this::freeOnDisk);
    this.states =
        new FileStates(directory.resolve("states"), directory.resolve(Quarantine.NAME), disk);
    this.epochs = EpochCounter.open(directory.resolve("epoch"), disk);
    this.maxMappedSegments = settings.maxMappedSegments();
    this.allocation = threads(daemon("allocation"), 1);
    this.background = threads(numbered(), settings.backgroundThreads());
    this.timer = timer("timer");
    // Its tasks wait for the disk, so it is not the timer.
    this.registerTimer = timer("register");
    this.register = LogRegister.open(directory, disk, this::onRegisterTimer);
    this.opener =
        new LogOpener(
            new StorageFiles(logs, this.disk, epochs, register),
            settings.maxMappedSegments(),
            new StorageThreads(allocation, background));
    this.verification =
        new BackgroundVerification(
            settings.verifyBytesPerSecond(), this::afterPause, System::nanoTime);
  }

  /**
   * Starts to load the native calls that opening a directory needs, on other threads. A start saves
   * a fifth of a second, because it does other work meanwhile. Optional.
   */
  public static void prepare() {
    LinuxDisk.prepare();
  }

  /**
   * Opens a data directory; creates it if it does not exist.
   *
   * @throws StorageException {@code DIRECTORY_NOT_WRITABLE}, {@code DIRECTORY_LOCKED}, {@code
   *     LOG_TOO_NEW}, {@code LOG_TOO_OLD}, {@code DISK_FULL}, {@code RESOURCES_EXHAUSTED}, or
   *     {@code STORAGE_FAILED} if the system cannot allocate and map files
   */
  public static MappedStorage open(Path directory, MappedSettings settings) {
    return open(directory, settings, LinuxDisk::probed);
  }

  static MappedStorage open(Path directory, MappedSettings settings, Function<Path, Disk> diskOf) {
    DataDirectory.create(directory);
    DirectoryLock lock = DirectoryLock.take(directory);
    MappedStorage storage = null;
    boolean opened = false;
    try {
      DataDirectory.createPart(directory, "states");
      DataDirectory.createPart(directory, "logs");
      storage = new MappedStorage(directory, lock, diskOf.apply(directory), settings);
      storage.states.removeUnfinished();
      LogDirectory.removeDeleted(storage.logs);
      storage.afterPause(INODES_LOADED_AFTER_NANOS, storage.inodes::load);
      storage.disk.watch(storage::afterPause);
      opened = true;
      return storage;
    } finally {
      if (!opened && storage != null) {
        storage.close();
      } else if (!opened) {
        lock.close();
      }
    }
  }

  /**
   * Creates a pool that drops its tasks when the storage is closed. The logs are closed too, so
   * nothing needs these tasks.
   */
  private static ExecutorService threads(ThreadFactory factory, int count) {
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        factory,
        new ThreadPoolExecutor.DiscardPolicy());
  }

  private static ScheduledThreadPoolExecutor timer(String name) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, daemon(name));
    timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
    return timer;
  }

  private static ThreadFactory numbered() {
    AtomicInteger number = new AtomicInteger();
    return work -> daemon(Integer.toString(number.getAndIncrement())).newThread(work);
  }

  private static ThreadFactory daemon(String name) {
    return work -> {
      Thread thread = new Thread(work, "millrace-storage-" + name);
      thread.setDaemon(true);
      return thread;
    };
  }

  private void afterPause(long nanos, Runnable work) {
    schedule(timer, nanos, work);
  }

  private void onRegisterTimer(long nanos, Runnable work) {
    schedule(registerTimer, nanos, work);
  }

  private static void schedule(ScheduledThreadPoolExecutor timer, long nanos, Runnable work) {
    timer.schedule(
        () -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            // The timer reports no failure of its tasks.
            LOG.error("event=background_work_failed", e);
          }
        },
        nanos,
        TimeUnit.NANOSECONDS);
  }

  /** The register of the logs. */
  LogRegister register() {
    return register;
  }

  @Override
  public StateStore states() {
    return states;
  }

  /** The logs that have a directory, and those that must have one. */
  @Override
  public Set<LogId> list() {
    return Stream.concat(LogDirectory.idsIn(logs).stream(), register.logs().stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** The logs in the register that have no directory. */
  @Override
  public Set<LogId> namedOnly() {
    // Before the directories: an entry is removed before its files.
    Set<LogId> registered = register.logs();
    Set<LogId> found = LogDirectory.idsIn(logs);
    return registered.stream()
        .filter(id -> !found.contains(id))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Opens on the calling thread: the caller decides how many logs recover in parallel. The caller
   * makes the log durable, and every failure is thrown by a call, so the listener receives nothing.
   */
  @Override
  public CompletionStage<PartitionLog> open(
      LogId id, LogSettings settings, LogReplay replay, LogListener listener) {
    return OpeningStage.of(
        () -> SegmentSizes.of(settings),
        sizes -> {
          begin(id);
          return () -> finish(id, sizes, replay);
        },
        Runnable::run);
  }

  /** Opens as {@link #open(LogId, LogSettings, LogReplay, LogListener)}; blocks. */
  MappedLog open(LogId id, SegmentSizes sizes, LogReplay replay) {
    begin(id);
    return finish(id, sizes, replay);
  }

  private void begin(LogId id) {
    if (!open.add(id)) {
      throw Refusals.openAlready(id);
    }
  }

  private MappedLog finish(LogId id, SegmentSizes sizes, LogReplay replay) {
    boolean opened = false;
    try {
      MappedLog log = opener.open(id, sizes.maxSegmentBytes(), replay, () -> open.remove(id));
      opened = true;
      verification.add(log.checks().unchecked());
      return log;
    } catch (StorageException e) {
      throw RecoveryCase.named(e);
    } finally {
      if (!opened) {
        open.remove(id);
      }
    }
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
  public void delete(LogId id) {
    if (!open.add(id)) {
      throw Refusals.notDeletedWhileOpen(id);
    }
    try {
      // First: an entry without files would be a log that is lost.
      register.remove(id);
      LogDirectory.of(logs, id).delete();
      // The caller deletes the state of the topic afterwards. After a power failure, there must
      // not be logs without that state.
      disk.fsyncDirectory(logs);
      epochs.forget(id);
    } catch (IOException e) {
      throw DiskFailure.of("delete", LogDirectory.of(logs, id).path(), e);
    } finally {
      open.remove(id);
    }
  }

  @Override
  public ResourceNeeds needs() {
    long logs = open.size();
    return new ResourceNeeds(
        FILES_OF_STORAGE + FILES_PER_LOG * logs + maxMappedSegments,
        MAPS_PER_LOG * logs + maxMappedSegments);
  }

  @Override
  public FreeSpace freeSpace() {
    return disk.lastFreeSpace();
  }

  @Override
  public void startVerification() {
    verification.start();
  }

  @Override
  public Verification verification() {
    return verification.progress();
  }

  private static FileStore fileStore(Path directory) {
    try {
      return Files.getFileStore(directory);
    } catch (IOException e) {
      throw DiskFailure.of("find the file system of", directory, e);
    }
  }

  private FreeSpace freeOnDisk() {
    try {
      return new FreeSpace(fileStore.getUsableSpace(), inodes.count());
    } catch (IOException e) {
      throw DiskFailure.of("ask for the free space of", directory, e);
    }
  }

  @Override
  public void close() {
    if (!open.isEmpty()) {
      throw Refusals.notClosedWhileOpen(open);
    }
    verification.close();
    timer.shutdown();
    registerTimer.shutdown();
    register.close();
    allocation.shutdown();
    background.shutdown();
    lock.close();
  }
}
