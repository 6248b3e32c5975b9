package io.millrace.storage.mapped;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A disk that fails when it is told to. It allocates for real; a force only leaves a note, since no
 * test cuts the power.
 */
final class FaultyDisk implements Disk {

  private final Disk disk;
  volatile boolean full;
  volatile Runnable onAllocate = () -> {};
  volatile boolean forceFails;
  volatile boolean directoryForceFails;
  final List<Path> forced = new ArrayList<>();
  final List<Unreadable> unreadable = new CopyOnWriteArrayList<>();

  /** Bytes of a file that the disk does not give. */
  record Unreadable(Path file, long from, long to) {}

  FaultyDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public void allocate(Path file, int bytes) {
    onAllocate.run();
    if (full) {
      throw new StorageException(ErrorCode.DISK_FULL, "the test's disk is full");
    }
    disk.allocate(file, bytes);
  }

  @Override
  public synchronized void force(Path file, FileChannel channel) throws IOException {
    if (forceFails) {
      throw new IOException("Input/output error");
    }
    forced.add(file);
  }

  @Override
  public int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException {
    for (Unreadable bad : unreadable) {
      if (file.endsWith(bad.file())
          && position < bad.to()
          && bad.from() < position + to.remaining()) {
        throw new IOException("Input/output error");
      }
    }
    return PLAIN.read(file, channel, to, position);
  }

  @Override
  public synchronized void forceDirectory(Path directory) throws IOException {
    if (directoryForceFails) {
      throw new IOException("Input/output error");
    }
    forced.add(directory);
  }
}
