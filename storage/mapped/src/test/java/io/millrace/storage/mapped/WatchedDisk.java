package io.millrace.storage.mapped;

import io.millrace.storage.mapped.file.Disk;
import io.millrace.storage.mapped.file.Mapping;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The calls to the disk of a {@link WatchedFileSystem}: each is recorded and forwarded. */
record WatchedDisk(Disk disk, WatchedFileSystem files) implements Disk {

  @Override
  public void allocate(Path file, int bytes) {
    files.touched("allocate", file);
    disk.allocate(WatchedPath.real(file), bytes);
  }

  @Override
  public void fsync(Path file, FileChannel channel) throws IOException {
    files.touched("fsync", file);
    disk.fsync(WatchedPath.real(file), channel);
  }

  @Override
  public void fsyncDirectory(Path directory) throws IOException {
    files.touched("fsync", directory);
    disk.fsyncDirectory(WatchedPath.real(directory));
  }

  /** The path records the call. */
  @Override
  public Mapping map(Path file, int bytes) {
    return disk.map(file, bytes);
  }

  @Override
  public int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException {
    files.touched("read", file);
    return channel.read(to, position);
  }
}
