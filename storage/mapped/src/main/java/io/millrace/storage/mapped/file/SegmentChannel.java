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
 * A segment file that is read without a mapping.
 *
 * <p>A page that the disk cannot read counts as zeros and is recorded as unreadable. Zeros are
 * never a valid batch, so a bad sector damages only the batches in its page. One thread.
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

  /** Opens a file with these options. If there are none, opens it for reading only. */
  public static SegmentChannel open(Path path, PositionalRead reads, OpenOption... options)
      throws IOException {
    return new SegmentChannel(path, FileChannel.open(path, options), reads);
  }

  Path path() {
    return path;
  }

  /** The channel, for writes, fsync and truncation. */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Fills the rest of a buffer, or less at the end of the file, and flips it.
   *
   * @throws IOException if the channel is closed; not for unreadable pages
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
    } catch (IOException somewhereInTheBlock) {
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
      addUnreadable((int) (at / PAGE_BYTES), e);
      to.put(new byte[bytes]);
      return bytes;
    }
  }

  /** Logs the first of several adjacent pages only. */
  private void addUnreadable(int page, IOException cause) {
    boolean adjacent = page > 0 && unreadablePages.get(page - 1);
    if (!unreadablePages.get(page) && !adjacent) {
      LOG.error(
          "event=disk_cannot_read file={} position={} reason=\"{}\"",
          path,
          (long) page * PAGE_BYTES,
          cause.toString());
    }
    unreadablePages.set(page);
  }

  /** Whether a range has an unreadable page. The range must have been read before. */
  public boolean isUnreadable(long from, long to) {
    int page = unreadablePages.nextSetBit((int) (from / PAGE_BYTES));
    return page >= 0 && (long) page * PAGE_BYTES < to;
  }

  /**
   * The end position of the last unreadable page that begins before {@code to}; 0 if there is none.
   */
  public int unreadableUpTo(int to) {
    return (unreadablePages.previousSetBit((to - 1) / PAGE_BYTES) + 1) * PAGE_BYTES;
  }

  /** Writes zeros to the unreadable pages from a position on. Does not fsync. */
  public void clearUnreadable(int from) throws IOException {
    int page = unreadablePages.nextSetBit(from / PAGE_BYTES);
    while (page >= 0) {
      long at = (long) page * PAGE_BYTES;
      ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(PAGE_BYTES, channel.size() - at));
      WholeBuffer.write(channel, zeros, at);
      unreadablePages.clear(page);
      page = unreadablePages.nextSetBit(page);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
