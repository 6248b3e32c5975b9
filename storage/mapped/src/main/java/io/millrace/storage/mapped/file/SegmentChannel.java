package io.millrace.storage.mapped.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes of a segment's file, read without a mapping. Pages that the disk cannot read are taken
 * for zeros, which no checksum takes for a batch, and are remembered: one bad sector is damage to
 * the batches in it and to nothing else. One thread.
 */
public final class SegmentChannel implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SegmentChannel.class);

  private static final int PAGE_BYTES = 4096;

  private final Path path;
  private final FileChannel channel;
  private final PositionalRead reads;
  private final BitSet unreadablePages = new BitSet();

  private SegmentChannel(Path path, FileChannel channel, PositionalRead reads) {
    this.path = path;
    this.channel = channel;
    this.reads = reads;
  }

  public static SegmentChannel open(Path path, PositionalRead reads, OpenOption... options)
      throws IOException {
    return new SegmentChannel(path, FileChannel.open(path, options), reads);
  }

  Path path() {
    return path;
  }

  /** For who writes, forces or truncates. */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Fills what remains of a buffer, or less at the end of the file, and flips it.
   *
   * @throws IOException if this has nothing to do with the place in the file
   */
  public ByteBuffer read(ByteBuffer to, long position) throws IOException {
    long from = position - to.position();
    int read = 0;
    while (read >= 0 && to.hasRemaining()) {
      read = readSome(to, from + to.position());
    }
    return to.flip();
  }

  private int readSome(ByteBuffer to, long at) throws IOException {
    try {
      return reads.read(path, channel, to, at);
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException elsewhereInTheBlock) {
      return readPage(to, at);
    }
  }

  private int readPage(ByteBuffer to, long at) throws IOException {
    int inPage = (int) (PAGE_BYTES - at % PAGE_BYTES);
    int bytes = (int) Math.min(Math.min(to.remaining(), inPage), channel.size() - at);
    ByteBuffer page = to.slice(to.position(), bytes);
    try {
      int read = reads.read(path, channel, page, at);
      to.position(to.position() + Math.max(0, read));
      return read;
    } catch (ClosedChannelException e) {
      throw e;
    } catch (IOException e) {
      note((int) (at / PAGE_BYTES), e);
      to.put(new byte[bytes]);
      return bytes;
    }
  }

  private void note(int page, IOException cause) {
    boolean told = page > 0 && unreadablePages.get(page - 1);
    if (!unreadablePages.get(page) && !told) {
      LOG.error(
          "event=disk_cannot_read file={} position={} reason=\"{}\"",
          path,
          (long) page * PAGE_BYTES,
          cause.toString());
    }
    unreadablePages.set(page);
  }

  /** Whether something in a range that was read could not be. */
  public boolean isUnreadable(long from, long to) {
    int page = unreadablePages.nextSetBit((int) (from / PAGE_BYTES));
    return page >= 0 && (long) page * PAGE_BYTES < to;
  }

  /** The position behind the last page, begun before {@code to}, that could not be read; or 0. */
  int unreadableUpTo(int to) {
    return (unreadablePages.previousSetBit((to - 1) / PAGE_BYTES) + 1) * PAGE_BYTES;
  }

  /** Writes the pages anew, as zeros, that could not be read from a position on. Not forced. */
  public void clearUnreadable(int from) throws IOException {
    int page = unreadablePages.nextSetBit(from / PAGE_BYTES);
    while (page >= 0) {
      long at = (long) page * PAGE_BYTES;
      ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(PAGE_BYTES, channel.size() - at));
      while (zeros.hasRemaining()) {
        channel.write(zeros, at + zeros.position());
      }
      unreadablePages.clear(page);
      page = unreadablePages.nextSetBit(page);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
