package io.millrace.filter;

import java.nio.ByteBuffer;

/**
 * Says where the bytes of a field are: a range of a buffer, or nowhere. A {@link FilterEvent} sets
 * it, and the filter copies the bytes before it asks for the next field. So the range need not be
 * valid longer than that. Belongs to one {@link FilterMatcher}; used by its thread.
 */
public final class ByteRange {

  private ByteBuffer buffer;
  private int at;
  private int length;

  /** An absent range. */
  public ByteRange() {
    setAbsent();
  }

  /**
   * Sets the range. Ignores the position, the limit and the byte order of the buffer.
   *
   * @param at absolute position of the first byte
   * @param length in bytes, 0 or more
   */
  public void set(ByteBuffer buffer, int at, int length) {
    this.buffer = buffer;
    this.at = at;
    this.length = length;
  }

  /** The field is null or does not exist. */
  public void setAbsent() {
    this.buffer = null;
    this.at = 0;
    this.length = -1;
  }

  boolean isAbsent() {
    return length < 0;
  }

  /** In bytes; -1 if the range is absent. */
  int length() {
    return length;
  }

  void copyTo(byte[] target) {
    buffer.get(at, target, 0, length);
  }
}
