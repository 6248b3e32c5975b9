package io.millrace.cli.format;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Splits a stream of bytes at newlines (LF). A carriage return is part of its line. An empty line
 * is a line, and so is a last line without a newline. It holds one line and one read-ahead buffer
 * in memory. Used by one thread.
 */
public final class LineReader implements Closeable {

  private static final int READ_BYTES = 256 * 1024;

  private final InputStream in;
  private final int maxLineBytes;

  private byte[] buffer = new byte[READ_BYTES];
  private int from;
  private int to;
  private boolean ended;
  private long number;

  /**
   * Creates a reader, without reading.
   *
   * @param in the stream; {@link #close()} closes it
   * @param maxLineBytes the longest line that is returned, without its newline
   */
  public LineReader(InputStream in, int maxLineBytes) {
    this.in = in;
    this.maxLineBytes = maxLineBytes;
  }

  /** The number of the line that {@link #next()} last returned or refused, from 1. */
  public long number() {
    return number;
  }

  /**
   * Reads the next line.
   *
   * @return a new array without the newline; null after the last line
   * @throws LineTooLongException if the line is too long. It is then skipped: the following call
   *     returns the line after it
   */
  public byte[] next() throws IOException {
    int scanned = 0;
    while (true) {
      int newline = indexOfNewline(from + scanned);
      if (newline >= 0) {
        return take(newline, newline + 1);
      }
      if (ended) {
        return to == from ? null : take(to, to);
      }
      scanned = to - from;
      if (scanned > maxLineBytes) {
        number++;
        throw new LineTooLongException(number, skipLine(), maxLineBytes);
      }
      fill();
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private byte[] take(int lineEnd, int nextFrom) throws LineTooLongException {
    number++;
    int start = from;
    from = nextFrom;
    if (lineEnd - start > maxLineBytes) {
      throw new LineTooLongException(number, lineEnd - start, maxLineBytes);
    }
    return Arrays.copyOfRange(buffer, start, lineEnd);
  }

  private int indexOfNewline(int start) {
    for (int i = start; i < to; i++) {
      if (buffer[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    if (to == buffer.length) {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * to, maxLineBytes + (long) READ_BYTES));
    }
    read();
  }

  private void read() throws IOException {
    int count = in.read(buffer, to, buffer.length - to);
    if (count < 0) {
      ended = true;
    } else {
      to += count;
    }
  }

  /** Skips the rest of a line, and returns the length of the whole line. */
  private long skipLine() throws IOException {
    long length = 0;
    while (true) {
      int newline = indexOfNewline(from);
      if (newline >= 0) {
        length += newline - from;
        from = newline + 1;
        return length;
      }
      length += to - from;
      from = 0;
      to = 0;
      if (ended) {
        return length;
      }
      read();
    }
  }
}
