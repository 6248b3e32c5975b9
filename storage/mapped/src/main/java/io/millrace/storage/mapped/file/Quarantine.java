package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The place for damaged bytes of one directory's files. Bytes that were acknowledged are copied or
 * moved here before anything overwrites or deletes them because of damage. It is {@code
 * dataDir/quarantine}; the names of its files say where the bytes come from. The broker deletes
 * nothing from it. Blocks on the disk.
 */
public final class Quarantine {

  private static final int COPY_BYTES = 64 * 1024;

  /** Name of the directory in a data directory. */
  public static final String NAME = "quarantine";

  private final Path from;
  private final Path directory;
  private final Disk disk;

  public Quarantine(LogDirectory log, Disk disk) {
    this(log.path(), log.path().getParent().resolveSibling(NAME), disk);
  }

  /**
   * @param from the directory of the damaged files
   * @param directory the quarantine
   */
  public Quarantine(Path from, Path directory, Disk disk) {
    this.from = from;
    this.directory = directory;
    this.disk = disk;
  }

  /**
   * Copies bytes of a file, durably. Bytes that the disk cannot read are zeros in the copy. Makes
   * no copy if {@code bytes} is 0.
   */
  public void copy(SegmentChannel file, int position, int bytes) throws IOException {
    if (bytes == 0) {
      return;
    }
    create();
    Path copy = directory.resolve(nameOf(file.path()) + "-" + position + "-" + bytes + ".bytes");
    Path temporary = copy.resolveSibling(copy.getFileName() + LogDirectory.TEMPORARY);
    try (FileChannel to =
        OwnerOnly.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      copy(file, position, bytes, to);
      disk.fsync(temporary, to);
    }
    Files.move(temporary, copy, StandardCopyOption.ATOMIC_MOVE);
    disk.fsyncDirectory(directory);
  }

  private static void copy(SegmentChannel from, int position, int bytes, FileChannel to)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(COPY_BYTES);
    long at = position;
    long end = position + (long) bytes;
    while (at < end) {
      from.read(block.clear().limit((int) Math.min(COPY_BYTES, end - at)), at);
      if (block.limit() == 0) {
        return;
      }
      at += block.limit();
      WholeBuffer.write(to, block);
    }
  }

  /**
   * Moves a whole file, durably.
   *
   * @return the file's new path
   */
  public Path move(Path file) throws IOException {
    create();
    Path place = directory.resolve(nameOf(file));
    for (int copy = 1; Files.exists(place); copy++) {
      place = directory.resolve(nameOf(file) + "." + copy);
    }
    Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
    disk.fsyncDirectory(directory);
    disk.fsyncDirectory(from);
    return place;
  }

  private String nameOf(Path file) {
    return from.getFileName() + "-" + file.getFileName();
  }

  private void create() throws IOException {
    if (!Files.isDirectory(directory)) {
      OwnerOnly.createDirectories(directory);
      disk.fsyncDirectory(directory.toAbsolutePath().getParent());
    }
  }
}
