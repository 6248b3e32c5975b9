package io.millrace.storage.mapped.file;

import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The file of a {@link LogRegister}, open for writes in place. One thread at a time.
 *
 * <p>A power failure can damage every page that was written and not fsynced, with the slots of all
 * logs in it. So the writes alternate between the two copies of all slots, and each writes every
 * slot that does not have the present values of its log: while pages of one copy are written, the
 * other copy is on disk and has the present values of all logs.
 */
final class RegisterFile implements AutoCloseable {

  private static final int COPIES = 2;

  private static final int FIRST_GROUPS = 1;
  private static final int GROWTH_GROUPS = 8;

  private final Path path;
  private final Disk disk;

  /** Null as long as the disk has no space for the file. */
  private SegmentChannel file;

  /** Whether a process that was killed may have left pages that are not on disk. */
  private boolean inDoubt = true;

  /** The copy to write next. After a failed write its pages may be damaged. */
  private int nextCopy;

  private RegisterFile(Path path, Disk disk) {
    this.path = path;
    this.disk = disk;
  }

  /** Opens the file if there is one. Otherwise {@link #reserve} creates it. */
  static RegisterFile open(Path path, Disk disk) throws IOException {
    RegisterFile register = new RegisterFile(path, disk);
    if (Files.exists(path)) {
      register.openFile();
    }
    return register;
  }

  private void openFile() throws IOException {
    file = SegmentChannel.open(path, disk, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private void create() throws IOException {
    Path temporary = path.resolveSibling(StoredRegister.NAME + LogDirectory.TEMPORARY);
    try (FileChannel channel =
        OwnerOnly.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      WholeBuffer.write(channel, StoredRegister.empty(FIRST_GROUPS));
      disk.fsync(temporary, channel);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    disk.fsyncDirectory(path.getParent());
    openFile();
  }

  /**
   * Deletes a file that the disk has no space to repair, so that no slot in it contradicts what the
   * logs become meanwhile.
   */
  void abandon() throws IOException {
    file.close();
    file = null;
    Files.deleteIfExists(path);
    disk.fsyncDirectory(path.getParent());
  }

  Path path() {
    return path;
  }

  StoredRegister read() throws IOException {
    return file == null ? StoredRegister.none(path) : StoredRegister.read(path, file);
  }

  /**
   * Overwrites what is damaged and belongs to no log, and gives each log the space of its slots.
   */
  void repair(StoredRegister stored) throws IOException {
    if (!stored.problems().isEmpty()) {
      settle();
      // A write to a part of an unreadable page would fail.
      file.clearUnreadable(0);
      write(StoredRegister.header(), 0);
      fsync();
    }
    for (int copy = 0; copy < COPIES; copy++) {
      clear(stored.damagedSlots(copy));
    }
    reserve(Math.max(0, stored.lastIndex()));
    if (stored.lastCopy() >= 0) {
      // The newer slots must be on disk before anyone uses their values.
      settle();
      nextCopy = COPIES - 1 - stored.lastCopy();
    }
  }

  private void clear(List<Integer> slots) throws IOException {
    if (!slots.isEmpty()) {
      settle();
      for (int position : slots) {
        write(ByteBuffer.allocate(RegisterSlot.BYTES), position);
      }
      fsync();
    }
  }

  /** The copy of the slots that the next write must contain. */
  int nextCopy() {
    return nextCopy;
  }

  /**
   * Writes slots of the next copy, with one fsync. After a failure, the next write is of the same
   * copy.
   *
   * @param writes those of all logs that have new values
   */
  void write(List<RegisterEntry.Write> writes) throws IOException {
    settle();
    for (RegisterEntry.Write next : writes) {
      write(next.bytes(), next.position());
    }
    fsync();
    nextCopy = COPIES - 1 - nextCopy;
  }

  private void settle() throws IOException {
    if (inDoubt) {
      fsync();
      inDoubt = false;
    }
  }

  private void fsync() throws IOException {
    disk.fsync(path, file.channel());
  }

  /**
   * Makes the file long enough for an index, durably, so that a write of its slots needs no space.
   * Creates the file if there is none.
   *
   * @throws IOException the file then has its old length
   * @throws StorageException {@code LIMIT_REACHED}
   */
  void reserve(int index) throws IOException {
    if (file == null) {
      create();
    }
    long size = file.channel().size();
    long least = StoredRegister.bytes(index / StoredRegister.LOGS_PER_GROUP + 1);
    if (least <= size) {
      return;
    }
    FileKind.REGISTER.requireLength(least);
    settle();
    try {
      write(ByteBuffer.allocate((int) (grown(size, least) - size)), size);
      fsync();
    } catch (IOException e) {
      file.channel().truncate(size);
      throw e;
    }
  }

  /** The size after the next growth of a file, which may have been cut off. */
  private static long grown(long size, long least) {
    long groups = (size - StoredRegister.PAGE_BYTES) / StoredRegister.GROUP_BYTES;
    return groups < FIRST_GROUPS
        ? least
        : Math.max(least, StoredRegister.bytes(groups + GROWTH_GROUPS));
  }

  private void write(ByteBuffer bytes, long position) throws IOException {
    WholeBuffer.write(file.channel(), bytes, position);
  }

  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
