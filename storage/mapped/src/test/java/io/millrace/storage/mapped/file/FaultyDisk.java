package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A disk with faults that the test sets. It allocates on the real disk; an fsync is only recorded,
 * since no test cuts the power.
 */
public final class FaultyDisk implements Disk {

  private final Disk disk;
  public volatile boolean full;
  public volatile Runnable onAllocate = () -> {};

  /** Called before each fsync of a file, by the log and by threads in the background. */
  public volatile Consumer<Path> onFsync = file -> {};

  public volatile boolean fsyncFails;
  public volatile boolean directoryFsyncFails;

  /** There is no space for another small file. Those that exist can be overwritten. */
  public volatile boolean noSecondFile;

  /** There is no space for more bytes of a file. The fsync reports it. */
  public volatile long largestFile = Long.MAX_VALUE;

  /** The process can open no file more. */
  public volatile boolean noDescriptors;

  private final CountDownLatch fsyncFailed = new CountDownLatch(1);
  public final List<Path> fsynced = new CopyOnWriteArrayList<>();
  public final List<Unreadable> unreadable = new CopyOnWriteArrayList<>();

  /** Bytes of a file that the disk cannot read. */
  public record Unreadable(Path file, long from, long to) {}

  public FaultyDisk(Disk disk) {
    this.disk = disk;
  }

  /** What was fsynced, without the register, which a timer fsyncs whenever it has changed. */
  public List<Path> fsyncedBesidesRegister() {
    return fsynced.stream().filter(file -> !file.endsWith(StoredRegister.NAME)).toList();
  }

  @Override
  public void allocate(Path file, int bytes) {
    onAllocate.run();
    if (full) {
      throw new StorageException(ErrorCode.DISK_FULL, "the test's disk is full");
    }
    requireDescriptors("create", file);
    disk.allocate(file, bytes);
  }

  @Override
  public Mapping map(Path file, int bytes) {
    requireDescriptors("map", file);
    return disk.map(file, bytes);
  }

  private void requireDescriptors(String doing, Path file) {
    if (noDescriptors) {
      throw DiskFailure.of(
          doing, file, new FileSystemException(file.toString(), null, "Too many open files"));
    }
  }

  @Override
  public synchronized void fsync(Path file, FileChannel channel) throws IOException {
    onFsync.accept(file);
    if (noSecondFile && file.toString().endsWith(LogDirectory.TEMPORARY)) {
      throw new IOException("No space left on device");
    }
    if (channel.size() > largestFile) {
      throw new IOException("No space left on device");
    }
    if (fsyncFails) {
      fsyncFailed.countDown();
      throw new IOException("Input/output error");
    }
    fsynced.add(file);
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

  /** Waits until an fsync has failed. */
  public void awaitFailedFsync() {
    try {
      assertThat(fsyncFailed.await(120, TimeUnit.SECONDS)).as("an fsync has failed").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void fsyncDirectory(Path directory) throws IOException {
    requireDescriptors("open", directory);
    if (directoryFsyncFails) {
      throw new IOException("Input/output error");
    }
    fsynced.add(directory);
  }
}
