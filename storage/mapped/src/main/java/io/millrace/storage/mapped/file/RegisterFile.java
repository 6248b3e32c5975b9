package io.millrace.storage.mapped.file;

import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.List;

/**
 * The file of a {@link LogRegister}, open for writes in place. One thread at a time.
 *
 * <p>A power failure leaves each page that was written and not fsynced as it was before, as it was
 * written, or damaged, with the slots of all logs in it; or some sectors of it in one of these
 * states and others in another. So the writes alternate between the two pages of each group, and
 * each writes every slot of its page that does not have the present values of its log: while one
 * page is written, the other one is on disk and has the present values of all logs of the group.
 *
 * <p>If a start finds that the two pages of a group differ, it does not rely on either of them: it
 * replaces the file. On a disk without space for a second file, a group is written in place in the
 * page of which the other one has everything. If a page was written in part, neither has, and
 * nothing is written until the file can be replaced.
 */
final class RegisterFile implements AutoCloseable {

  private static final int FIRST_GROUPS = 1;
  private static final int GROWTH_GROUPS = 8;

  private final Path path;
  private final Disk disk;

  /** Null as long as the disk has no space for the file. */
  private SegmentChannel file;

  /** Whether pages or the name of the file may not be on disk, such as after a kill. */
  private boolean inDoubt = true;

  /**
   * The groups of which the second copy is written next. After a failed write its page may be
   * damaged.
   */
  private final BitSet secondNext = new BitSet();

  /** Whether the file must be replaced before it can be written. */
  private boolean mixed;

  /** Whether the file must be replaced, as soon as there is space. */
  private volatile boolean damaged;

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

  /**
   * Replaces the file, or creates it.
   *
   * @throws IOException the file is as before then, or, if its name could not be fsynced, cannot be
   *     written until it can
   */
  private void replace(ByteBuffer content) throws IOException {
    Path temporary = path.resolveSibling(StoredRegister.NAME + LogDirectory.TEMPORARY);
    SegmentChannel next = null;
    try {
      writeTemporary(temporary, content);
      // Before it has its name, so that nothing but the fsync can fail afterwards.
      next =
          SegmentChannel.open(temporary, disk, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (next != null) {
        next.close();
      }
      Files.deleteIfExists(temporary);
      throw e;
    }
    SegmentChannel before = file;
    file = next;
    inDoubt = true;
    if (before != null) {
      before.close();
    }
    disk.fsyncDirectory(path.getParent());
    inDoubt = false;
  }

  private void writeTemporary(Path temporary, ByteBuffer content) throws IOException {
    try (FileChannel channel =
        OwnerOnly.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      WholeBuffer.write(channel, content);
      disk.fsync(temporary, channel);
    }
  }

  Path path() {
    return path;
  }

  StoredRegister read() throws IOException {
    return file == null ? StoredRegister.none(path) : StoredRegister.read(path, file);
  }

  /**
   * Replaces the file, unless it is as it must be. Creates it if there is none.
   *
   * @return what is in the file
   * @throws IOException the file is as before then
   */
  StoredRegister repair(StoredRegister stored) throws IOException {
    StoredRegister used = stored;
    if (!stored.exists() || !stored.isWhole()) {
      if (file != null) {
        // A start may use the values before the new name is on disk.
        settle();
      }
      replace(stored.merged(file == null ? 0 : file.channel().size()));
      used = read();
    }
    mixed = false;
    damaged = false;
    return used;
  }

  /** Prepares an existing file to be written in place, until there is space to replace it. */
  void use(StoredRegister stored) throws IOException {
    damaged = true;
    // The slots that count must be on disk before anyone uses their values.
    settle();
    // A write to a part of an unreadable page would fail.
    file.clearUnreadable(0);
    fsync();
    int[] needed = stored.neededCopies();
    for (int group = 0; group < needed.length; group++) {
      secondNext.set(group, needed[group] == 1);
      mixed = mixed || needed[group] == StoredRegister.BOTH_COPIES;
    }
  }

  /** Whether the file is to be replaced when there is space. Any thread. */
  boolean isDamaged() {
    return damaged;
  }

  /** Whether the file must be replaced before the next write. */
  boolean isMixed() {
    return mixed;
  }

  /** The copy of an index's slots that the next write must contain. */
  int nextCopy(int index) {
    return secondNext.get(index / StoredRegister.LOGS_PER_GROUP) ? 1 : 0;
  }

  /**
   * Writes slots of the next copies, with one fsync. After a failure, the next write is of the same
   * copies. Leaves out the slots that are after the end of a file that was cut off.
   *
   * @param writes those of all logs that have new values
   * @return those that are on disk
   */
  List<RegisterEntry.Write> write(List<RegisterEntry.Write> writes) throws IOException {
    settle();
    long size = file.channel().size();
    List<RegisterEntry.Write> possible =
        writes.stream().filter(next -> next.position() + RegisterSlot.BYTES <= size).toList();
    for (RegisterEntry.Write next : possible) {
      write(next.bytes(), next.position());
    }
    if (!possible.isEmpty()) {
      fsync();
    }
    BitSet groups = new BitSet();
    writes.forEach(next -> groups.set(next.index() / StoredRegister.LOGS_PER_GROUP));
    secondNext.xor(groups);
    return possible;
  }

  private void settle() throws IOException {
    if (inDoubt) {
      fsync();
      disk.fsyncDirectory(path.getParent());
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
      replace(StoredRegister.empty(FIRST_GROUPS));
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
