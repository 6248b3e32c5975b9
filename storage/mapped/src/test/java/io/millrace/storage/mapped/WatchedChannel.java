package io.millrace.storage.mapped;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file of a {@link WatchedFileSystem}: each call but a write is recorded. */
final class WatchedChannel extends FileChannel {

  private final FileChannel channel;
  private final Path file;
  private final WatchedFileSystem files;

  WatchedChannel(FileChannel channel, Path file, WatchedFileSystem files) {
    this.channel = channel;
    this.file = file;
    this.files = files;
  }

  private FileChannel touched(String call) {
    files.touched(call, file);
    return channel;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    return channel.write(from);
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    return channel.write(from, offset, length);
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    files.onWrite.run();
    return channel.write(from, position);
  }

  @Override
  public int read(ByteBuffer to) throws IOException {
    return touched("read").read(to);
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) throws IOException {
    return touched("read").read(to, offset, length);
  }

  @Override
  public int read(ByteBuffer to, long position) throws IOException {
    return touched("read").read(to, position);
  }

  @Override
  public long position() throws IOException {
    return channel.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    channel.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return touched("look at").size();
  }

  @Override
  public FileChannel truncate(long bytes) throws IOException {
    touched("truncate").truncate(bytes);
    return this;
  }

  @Override
  public void force(boolean metaData) throws IOException {
    touched("fsync").force(metaData);
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
    return touched("read").transferTo(position, count, to);
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) throws IOException {
    return touched("write").transferFrom(from, position, count);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long bytes) throws IOException {
    return touched("map").map(mode, position, bytes);
  }

  @Override
  public FileLock lock(long position, long bytes, boolean shared) throws IOException {
    return touched("lock").lock(position, bytes, shared);
  }

  @Override
  public FileLock tryLock(long position, long bytes, boolean shared) throws IOException {
    return touched("lock").tryLock(position, bytes, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    touched("close").close();
  }
}
