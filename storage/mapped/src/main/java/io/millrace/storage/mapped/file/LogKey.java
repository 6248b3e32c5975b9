package io.millrace.storage.mapped.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;

/**
 * The secret key of a log: 128 random bits, made when the log is created. It makes the {@link
 * BatchProof} of each batch of the log. It is in the log's manifest and in the header of each
 * segment, and nowhere else: no message, log event or tool shows it. Immutable; any thread.
 */
public final class LogKey {

  static final int BYTES = 16;

  private final long first;
  private final long last;

  private LogKey(long first, long last) {
    this.first = first;
    this.last = last;
  }

  /** A new key. */
  public static LogKey random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return read(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), 0);
  }

  /** The key at a position of a little-endian buffer. */
  static LogKey read(ByteBuffer bytes, int at) {
    return new LogKey(bytes.getLong(at), bytes.getLong(at + Long.BYTES));
  }

  /** Writes the key at a position of a little-endian buffer. */
  void write(ByteBuffer bytes, int at) {
    bytes.putLong(at, first).putLong(at + Long.BYTES, last);
  }

  /** The SipHash, with this key, of two words and of the words of a buffer. */
  long hash(long word0, long word1, ByteBuffer buffer, int at, int words) {
    return SipHash.hash(first, last, word0, word1, buffer, at, words);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogKey key && key.first == first && key.last == last;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(first);
  }

  /** Does not show the key. */
  @Override
  public String toString() {
    return "(secret)";
  }
}
