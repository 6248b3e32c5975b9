package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes of all remaining bytes of a buffer. A channel may write fewer of them. Any thread. */
public final class WholeBuffer {

  private WholeBuffer() {}

  /** Writes at the position of the channel. */
  public static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Writes at a position in the file, in bytes. The channel keeps its position. */
  public static void write(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
