package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The register of the logs in a data directory: one file that says of each log what must be on
 * disk. Without it, a file that is gone leaves no trace. It is written in place. It grows before it
 * gets a new entry, and only then, so it can be written when the disk is full.
 *
 * <p>A change is written into the log's two slots one after the other, each with an fsync that all
 * changed logs share: the first within {@link #INTERVAL_NANOS}, the second an interval later. If
 * nothing changes, nothing is written. A failed write is repeated: it leaves the other slot of each
 * log whole, and the next write contains everything that the failed one did.
 *
 * <p>A disk without space does not stop a start whose register is lost or damaged. The slots that
 * are left count, and are written in place until the file can be replaced. The logs that have none
 * do without their entries until there is space.
 *
 * <p>Any thread. Its lock is held for changes in memory only. One thread at a time has the turn to
 * use the file; it does not hold the lock meanwhile.
 */
public final class LogRegister implements AutoCloseable {

  /** The longest time for which a change is in memory only. */
  static final long INTERVAL_NANOS = 200_000_000L;

  private static final long RETRY_NANOS = 5_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(LogRegister.class);

  private final RegisterFile file;
  private final Timer timer;

  /** Indexes are given and freed with the turn. */
  private final RegisterEntries entries = new RegisterEntries();

  // All guarded by this. The entries are not called with this lock.

  private boolean turnTaken;
  private boolean scheduled;
  private boolean closed;
  private boolean failing;

  private LogRegister(RegisterFile file, Timer timer) {
    this.file = file;
    this.timer = timer;
  }

  /**
   * Opens the register of a data directory; creates it if there is none. Damage is logged: a log
   * whose entry is lost gets a new one when it is opened.
   *
   * @param timer runs the writes; its thread may wait for the disk
   * @throws StorageException {@code LOG_TOO_NEW}, {@code LOG_TOO_OLD}, {@code DISK_FULL}, {@code
   *     RESOURCES_EXHAUSTED}, {@code STORAGE_FAILED}
   */
  public static LogRegister open(Path dataDirectory, Disk disk, Timer timer) {
    Path path = dataDirectory.resolve(StoredRegister.NAME);
    try {
      RegisterFile file = RegisterFile.open(path, disk);
      boolean opened = false;
      try {
        StoredRegister stored = file.read();
        for (String problem : stored.problems()) {
          LOG.warn("event=register_damaged file={} reason=\"{}\"", path, problem);
        }
        LogRegister register = new LogRegister(file, timer);
        register.repair(stored);
        register.schedule();
        opened = true;
        return register;
      } finally {
        if (!opened) {
          file.close();
        }
      }
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    }
  }

  private void repair(StoredRegister stored) throws IOException {
    StoredRegister used = stored;
    try {
      used = file.repair(stored);
    } catch (IOException e) {
      warnIfFull(DiskFailure.of("write", file.path(), e));
      if (stored.exists()) {
        file.use(stored);
      }
    }
    entries.load(used);
  }

  /** Throws any failure but that of a full disk, of which it warns once. */
  private void warnIfFull(StorageException failure) {
    if (failure.code() != ErrorCode.DISK_FULL) {
      throw failure;
    }
    if (!failed(true)) {
      LOG.warn(
          "event=register_not_written file={} reason=\"{}; until then, a loss of files is not"
              + " noticed for logs without an entry\"",
          file.path(),
          failure.getMessage());
    }
  }

  /** The logs that have an entry. A snapshot. */
  public Set<LogId> logs() {
    return entries.logs();
  }

  /** The entry of a log, or one that its opening will add. */
  public Registration of(LogId id) {
    return new Registration(this, id);
  }

  /** What the register says of a log; null if it has no entry. */
  RegisteredLog log(LogId id) {
    return entries.log(id);
  }

  /**
   * Sets what the register says of a log; durably, if another start or newest segment, or a new
   * entry. A log that is not new gets its entry later if there is no space for it.
   *
   * @param isNew whether the log is being created
   * @throws StorageException {@code DISK_FULL} if the log is new and the file cannot grow; there is
   *     no entry then. {@code LIMIT_REACHED}, {@code STORAGE_FAILED}
   */
  void put(LogId id, RegisteredLog log, boolean isNew) {
    RegisterEntry entry = entries.get(id);
    if (entry != null && entries.isRemoved(entry)) {
      save(entry);
    }
    if (entries.addWaiting(id, log)) {
      try {
        if (isNew) {
          place(id);
        } else {
          placeIfThereIsSpace(id);
        }
      } catch (StorageException e) {
        entries.giveUp(id);
        throw e;
      }
    }
    save(id, ignored -> log);
  }

  /** As {@link #place}. Returns false if there is no space. */
  private boolean placeIfThereIsSpace(LogId id) {
    try {
      place(id);
      return true;
    } catch (StorageException e) {
      warnIfFull(e);
      return false;
    }
  }

  /** Gives a log its entry, if it waits for it. */
  private void place(LogId id) {
    takeTurn();
    try {
      entries.placed(id, reserve());
    } catch (IOException e) {
      throw DiskFailure.of("write", file.path(), e);
    } finally {
      endTurn();
    }
  }

  /** An index for a new entry, for which the file has space. With the turn. */
  private int reserve() throws IOException {
    if (file.isDamaged()) {
      replace();
    }
    int index = entries.freeIndex();
    // Not with a write that other logs share: only this log fails if there is no space.
    file.reserve(index);
    return index;
  }

  /** Changes what the register says of a log in memory; nothing if the log has no entry. */
  void note(LogId id, UnaryOperator<RegisteredLog> change) {
    entries.change(id, change);
    schedule();
  }

  /**
   * As {@link #note}. If the log has another start or newest segment, now or after a call that
   * could not save it, returns when it is on disk.
   *
   * @throws StorageException {@code STORAGE_FAILED}
   */
  void save(LogId id, UnaryOperator<RegisteredLog> change) {
    RegisterEntry urgent = entries.change(id, change);
    schedule();
    if (urgent != null) {
      save(urgent);
    }
  }

  void requireEntry(LogId id) {
    if (entries.get(id) == null) {
      throw new StorageException(
          ErrorCode.DISK_FULL,
          "the disk has no space for the entry of log %s in %s; free space and try again"
              .formatted(id, file.path()));
    }
  }

  /**
   * Removes the entry of a log, durably; does nothing if it has none. The caller deletes the files
   * of the log afterwards: after a crash in between, the log has files and no entry.
   */
  public void remove(LogId id) {
    RegisterEntry entry = entries.remove(id);
    if (entry != null) {
      schedule();
      save(entry);
    }
  }

  // Writes.

  private synchronized void takeTurn() {
    boolean interrupted = false;
    while (turnTaken) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    turnTaken = true;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void endTurn() {
    turnTaken = false;
    notifyAll();
  }

  /** Writes all changes, unless another thread has written what is urgent in this entry. */
  private void save(RegisterEntry entry) {
    takeTurn();
    try {
      while (entries.isUrgent(entry)) {
        writeChanges();
      }
    } catch (IOException e) {
      throw DiskFailure.of("write", file.path(), e);
    } finally {
      endTurn();
    }
  }

  private void schedule() {
    boolean changed = entries.hasChanges();
    if (!changed && entries.waiting().isEmpty() && !file.isDamaged()) {
      return;
    }
    synchronized (this) {
      if (scheduled || closed) {
        return;
      }
      scheduled = true;
    }
    timer.after(changed ? INTERVAL_NANOS : RETRY_NANOS, this::writeLater);
  }

  private void writeLater() {
    synchronized (this) {
      scheduled = false;
      if (closed) {
        return;
      }
    }
    writeOrWarn();
    schedule();
  }

  private void writeOrWarn() {
    try {
      replaceIfDamaged();
      placeWaiting();
      writeAll();
      if (entries.waiting().isEmpty() && !file.isDamaged() && failed(false)) {
        LOG.info("event=register_written file={}", file.path());
      }
    } catch (StorageException e) {
      if (!failed(true)) {
        LOG.warn("event=register_not_written file={} reason=\"{}\"", file.path(), e.getMessage());
      }
    }
  }

  private void replaceIfDamaged() {
    takeTurn();
    try {
      if (file.isDamaged()) {
        replace();
      }
    } catch (IOException e) {
      warnIfFull(DiskFailure.of("write", file.path(), e));
    } finally {
      endTurn();
    }
  }

  /** With the turn. */
  private void replace() throws IOException {
    entries.replaced(file.repair(file.read()));
  }

  private void placeWaiting() {
    for (LogId id : entries.waiting()) {
      if (!placeIfThereIsSpace(id)) {
        return;
      }
    }
  }

  private void writeAll() {
    takeTurn();
    try {
      writeChanges();
    } catch (IOException e) {
      throw DiskFailure.of("write", file.path(), e);
    } finally {
      endTurn();
    }
  }

  /** Returns whether the write before this one failed. */
  private synchronized boolean failed(boolean now) {
    boolean before = failing;
    failing = now;
    return before;
  }

  /** With the turn. */
  private void writeChanges() throws IOException {
    if (entries.hasChanges() && file.isMixed()) {
      replace();
    }
    List<RegisterEntry.Write> writes = entries.nextWrites(file::nextCopy);
    if (!writes.isEmpty()) {
      entries.written(file.write(writes));
    }
  }

  /** Writes what has changed into both slots of each log. A failure is logged. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    writeOrWarn();
    writeOrWarn();
    try {
      file.close();
    } catch (IOException e) {
      LOG.warn("event=file_not_closed file={}", file.path(), e);
    }
  }
}
