package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The call by which files are read without a mapping. Any thread. */
@FunctionalInterface
public interface PositionalRead {

  /** As the operating system reads. */
  PositionalRead PLAIN = (file, channel, to, position) -> channel.read(to, position);

  /**
   * As {@link FileChannel#read(ByteBuffer, long)}.
   *
   * @param file the name of the channel's file
   */
  int read(Path file, FileChannel channel, ByteBuffer to, long position) throws IOException;
}
