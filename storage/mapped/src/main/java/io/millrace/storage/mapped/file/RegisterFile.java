package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** The file of a {@link LogRegister}, open for writes in place. One thread at a time. */
final class RegisterFile implements AutoCloseable {

  private static final int FIRST_GROUPS = 1;
  private static final int GROWTH_GROUPS = 8;

  private final Path path;
  private final Disk disk;
  private final SegmentChannel file;

  private RegisterFile(Path path, Disk disk, SegmentChannel file) {
    this.path = path;
    this.disk = disk;
    this.file = file;
  }

  /** Opens the file; creates it if there is none. */
  static RegisterFile open(Path path, Disk disk) throws IOException {
    if (!Files.exists(path)) {
      create(path, disk);
    }
    return new RegisterFile(
        path,
        disk,
        SegmentChannel.open(path, disk, StandardOpenOption.READ, StandardOpenOption.WRITE));
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
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    disk.fsyncDirectory(path.getParent());
  }

  Path path() {
    return path;
  }

  StoredRegister read() throws IOException {
    return StoredRegister.read(path, file);
  }

  /** Overwrites what is damaged and belongs to no log. */
  void repair(StoredRegister stored) throws IOException {
    if (!stored.problems().isEmpty()) {
      // A write to a part of an unreadable page would fail.
      file.clearUnreadable(0);
      write(StoredRegister.header(), 0);
    }
    for (int position : stored.damagedSlots()) {
      write(ByteBuffer.allocate(RegisterSlot.BYTES), position);
    }
  }

  /** Writes slots, with one fsync. */
  void write(List<RegisterEntry.Write> writes) throws IOException {
    for (RegisterEntry.Write next : writes) {
      grow(next.entry().index());
      write(next.bytes(), next.position());
    }
    disk.fsync(path, file.channel());
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

  @Override
  public void close() throws IOException {
    file.close();
  }
}
