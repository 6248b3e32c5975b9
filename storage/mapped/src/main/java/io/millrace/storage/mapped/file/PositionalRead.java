package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The read call for files that are not mapped. Tests replace it to simulate a disk that cannot read
 * some bytes. Any thread.
 */
@FunctionalInterface
public interface PositionalRead {

  /** The read of the operating system. */
  PositionalRead PLAIN = (file, channel, to, position) -> channel.read(to, position);

  /**
   * Reads as {@link FileChannel#read(ByteBuffer, long)} does.
   *
   * @param file the name of the channel's file
   */
  int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException;
}
