package io.millrace.storage.mapped.file;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The register of the logs in a data directory: one file that says of each log what must be on
 * disk. Without it, a file that is gone leaves no trace. It is written in place and rarely grows,
 * so it can be written when the disk is full.
 *
 * <p>A change is written into the log's two slots one after the other, each with an fsync that all
 * changed logs share: the first within {@link #INTERVAL_NANOS}, the second an interval later. If
 * nothing changes, nothing is written. A failed write is repeated: it leaves the other slot of each
 * log whole, and the next write contains everything that the failed one did.
 *
 * <p>A disk without space does not stop a start whose register is lost or cut off: the logs that
 * exist do without their entries until there is space. Nothing on disk contradicts them meanwhile.
 *
 * <p>Any thread. The lock of the object is held for changes in memory only, and {@code writing}
 * during a write.
 */
public final class LogRegister implements AutoCloseable {

  /** The longest time for which a change is in memory only. */
  static final long INTERVAL_NANOS = 200_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(LogRegister.class);

  private static final long RETRY_NANOS = 5_000_000_000L;

  private static final int FIRST_GROUPS = 1;
  private static final int GROWTH_GROUPS = 8;

  private final Path path;
  private final Disk disk;
  private final Timer timer;
  private final ReentrantLock writing = new ReentrantLock();
  private final Map<LogId, Registration> entries = new HashMap<>(); // guarded by this
  private final BitSet used = new BitSet(); // guarded by this
  private final Set<Registration> changed = new LinkedHashSet<>(); // guarded by this
  private boolean scheduled; // guarded by this
  private boolean closed; // guarded by this
  private SegmentChannel file; // guarded by writing; null as long as there is no space for it
  private boolean headerMissing; // guarded by writing
  private IOException lacking; // guarded by writing; why the last write left out an entry
  private volatile boolean failing;

  private LogRegister(Path path, Disk disk, Timer timer) {
    this.path = path;
    this.disk = disk;
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
    LogRegister register = new LogRegister(path, disk, timer);
    boolean opened = false;
    try {
      if (Files.exists(path)) {
        register.file = openFile(path, disk);
        register.load(StoredRegister.read(path, register.file));
      } else {
        register.createUnlessFull();
      }
      opened = true;
      return register;
    } catch (IOException e) {
      throw DiskFailure.of("open", path, e);
    } finally {
      if (!opened) {
        register.closeFile();
      }
    }
  }

  private static SegmentChannel openFile(Path path, Disk disk) throws IOException {
    return SegmentChannel.open(path, disk, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /**
   * Creates the file. False, with a warning for the first time, if the disk has no space for it.
   */
  private boolean createUnlessFull() throws IOException {
    try {
      create(path, disk);
    } catch (IOException e) {
      warnIfFull(e);
      return false;
    }
    file = openFile(path, disk);
    return true;
  }

  /** Throws any failure but that of a full disk, of which it warns once. */
  private void warnIfFull(IOException e) throws IOException {
    StorageException failure = DiskFailure.of("write", path, e);
    if (failure.code() != ErrorCode.DISK_FULL) {
      throw e;
    }
    lacking = e;
    if (!failing) {
      LOG.warn(
          "event=register_not_written file={} reason=\"{}; until then, a loss of files is not"
              + " noticed for logs without an entry\"",
          path,
          failure.getMessage());
      failing = true;
    }
  }

  private static void create(Path path, Disk disk) throws IOException {
    Path temporary = path.resolveSibling(StoredRegister.NAME + LogDirectory.TEMPORARY);
    try (FileChannel channel =
        OwnerOnly.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer empty = StoredRegister.empty(FIRST_GROUPS);
      while (empty.hasRemaining()) {
        channel.write(empty);
      }
      disk.fsync(temporary, channel);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    disk.fsyncDirectory(path.getParent());
  }

  private void load(StoredRegister stored) throws IOException {
    for (String problem : stored.problems()) {
      LOG.warn("event=register_damaged file={} reason=\"{}\"", path, problem);
    }
    if (!stored.problems().isEmpty()) {
      // A write to a part of an unreadable page would fail.
      file.clearUnreadable(0);
      headerMissing = true;
      writeHeaderUnlessFull();
    }
    for (int position : stored.damagedSlots()) {
      write(ByteBuffer.allocate(RegisterSlot.BYTES), position);
    }
    synchronized (this) {
      for (StoredRegister.Entry entry : stored.entries().values()) {
        Registration registration = new Registration(this, entry);
        entries.put(entry.slot().id(), registration);
        used.set(entry.index());
        if (!registration.isSettled()) {
          changed(registration);
        }
      }
    }
  }

  private boolean writeHeaderUnlessFull() throws IOException {
    try {
      write(StoredRegister.header(), 0);
    } catch (IOException e) {
      warnIfFull(e);
      return false;
    }
    headerMissing = false;
    return true;
  }

  /** The logs that have an entry. A snapshot. */
  public synchronized Set<LogId> logs() {
    return Set.copyOf(entries.keySet());
  }

  /** The entry of a log, or one that its opening will add. */
  public synchronized Registration of(LogId id) {
    Registration entry = entries.get(id);
    return entry == null ? new Registration(this, id) : entry;
  }

  /** With the lock of this: an index for a new entry. */
  int freeIndex(Registration entry, LogId id) {
    int index = used.nextClearBit(0);
    used.set(index);
    entries.put(id, entry);
    return index;
  }

  /** With the lock of this: the values of an entry have changed. */
  void changed(Registration entry) {
    changed.add(entry);
    if (!scheduled && !closed) {
      scheduled = true;
      timer.after(failing ? RETRY_NANOS : INTERVAL_NANOS, this::writeLater);
    }
  }

  /**
   * Writes all changes, unless another thread has written those of this entry meanwhile. If there
   * is no space for an entry that {@link Registration#mayWait may wait}, it is written later.
   *
   * @throws StorageException {@code DISK_FULL} if there is no space for another entry, {@code
   *     STORAGE_FAILED}
   */
  void save(Registration entry) {
    writing.lock();
    try {
      if (!isSaved(entry)) {
        requireMayWait(entry, writeChanges());
      }
    } catch (IOException e) {
      throw DiskFailure.of("write", path, e);
    } finally {
      writing.unlock();
    }
  }

  private synchronized void requireMayWait(Registration entry, Set<Registration> leftOut)
      throws IOException {
    if (leftOut.contains(entry) && !entry.mayWait()) {
      throw lacking;
    }
  }

  private synchronized boolean isSaved(Registration entry) {
    return entry.isSaved();
  }

  private void writeLater() {
    synchronized (this) {
      scheduled = false;
      if (closed) {
        return;
      }
    }
    writeOrWarn();
    synchronized (this) {
      if (!changed.isEmpty()) {
        changed(changed.iterator().next());
      }
    }
  }

  private void writeOrWarn() {
    writing.lock();
    try {
      writeChanges();
    } catch (IOException | StorageException e) {
      if (!failing) {
        LOG.warn("event=register_not_written file={} reason=\"{}\"", path, e.getMessage());
      }
      failing = true;
    } finally {
      writing.unlock();
    }
  }

  /**
   * With the lock {@code writing}.
   *
   * @return the changed entries for which there is no space
   */
  private Set<Registration> writeChanges() throws IOException {
    List<Registration.Write> writes = new ArrayList<>();
    synchronized (this) {
      changed.forEach(entry -> writes.add(entry.nextWrite()));
    }
    if (writes.isEmpty()) {
      return Set.of();
    }
    boolean whole = hasFile();
    List<Registration.Write> written = new ArrayList<>();
    Set<Registration> leftOut = new HashSet<>();
    for (Registration.Write next : writes) {
      if (file != null && hasRoom(next.index())) {
        write(next.slot().encode(), StoredRegister.position(next.index(), next.copy()));
        written.add(next);
      } else {
        leftOut.add(next.entry());
      }
    }
    if (!written.isEmpty()) {
      disk.fsync(path, file.channel());
    }
    synchronized (this) {
      for (Registration.Write done : written) {
        if (done.entry().isSettledBy(done)) {
          changed.remove(done.entry());
        }
      }
    }
    noteSpace(whole && leftOut.isEmpty());
    return leftOut;
  }

  private void noteSpace(boolean enough) {
    if (failing && enough) {
      LOG.info("event=register_written file={}", path);
    }
    failing = !enough;
  }

  /** Whether the file and its header are there; creates them if there is space. */
  private boolean hasFile() throws IOException {
    return (file != null || createUnlessFull()) && (!headerMissing || writeHeaderUnlessFull());
  }

  /** Whether the file has the slots of an index, or there is space for them. */
  private boolean hasRoom(int index) throws IOException {
    try {
      grow(index);
      return true;
    } catch (IOException e) {
      warnIfFull(e);
      return false;
    }
  }

  /** Makes the file long enough for an index. The zeros take the blocks of the file system. */
  private void grow(int index) throws IOException {
    long needed = StoredRegister.position(index, 1) + (long) RegisterSlot.BYTES;
    long size = file.channel().size();
    if (needed > size) {
      long groups = (size - StoredRegister.PAGE_BYTES) / StoredRegister.GROUP_BYTES;
      long least = index / StoredRegister.LOGS_PER_GROUP + 1L;
      long grown = Math.max(least, groups < FIRST_GROUPS ? FIRST_GROUPS : groups + GROWTH_GROUPS);
      long bytes = StoredRegister.PAGE_BYTES + grown * StoredRegister.GROUP_BYTES;
      write(ByteBuffer.allocate((int) (bytes - size)), size);
    }
  }

  private void write(ByteBuffer bytes, long position) throws IOException {
    int from = bytes.position();
    while (bytes.hasRemaining()) {
      file.channel().write(bytes, position + bytes.position() - from);
    }
  }

  /**
   * Removes the entry of a log, durably; does nothing if it has none. The caller deletes the files
   * of the log afterwards: after a crash in between, the log has files and no entry.
   */
  public void remove(LogId id) {
    writing.lock();
    try {
      Registration entry = entryOrNull(id);
      if (entry == null) {
        return;
      }
      clear(entry);
      synchronized (this) {
        entries.remove(id);
        changed.remove(entry);
        used.clear(entry.index());
        entry.removed();
      }
    } catch (IOException e) {
      throw DiskFailure.of("write", path, e);
    } finally {
      writing.unlock();
    }
  }

  private void clear(Registration entry) throws IOException {
    if (file == null) {
      return;
    }
    for (int copy = 0; copy < 2; copy++) {
      int position = StoredRegister.position(entry.index(), copy);
      if (position < file.channel().size()) {
        write(ByteBuffer.allocate(RegisterSlot.BYTES), position);
      }
    }
    disk.fsync(path, file.channel());
  }

  private synchronized Registration entryOrNull(LogId id) {
    return entries.get(id);
  }

  /** Writes what has changed into both slots of each log. A failure is logged. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    writeOrWarn();
    writeOrWarn();
    closeFile();
  }

  private void closeFile() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      LOG.warn("event=file_not_closed file={}", path, e);
    }
  }
}
