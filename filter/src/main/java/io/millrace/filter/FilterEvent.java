package io.millrace.filter;

/**
 * An event as a filter sees it. A cursor over the records of a batch can implement it: no method
 * needs to copy bytes or to allocate. The filter asks only for the fields that decide, so a method
 * that costs something (such as {@link #header}) costs nothing for a filter without that field.
 *
 * <p>Used by the thread of the matcher. The values must not change while the matcher uses the
 * event.
 */
public interface FilterEvent {

  int partition();

  long offset();

  /** Event time in microseconds since 1970-01-01T00:00:00Z. */
  long timestampMicros();

  /** Append time in microseconds since 1970-01-01T00:00:00Z. */
  long appendTimeMicros();

  /** Sets the range to the bytes of the source. */
  void source(ByteRange to);

  /** Sets the range to the bytes of the key, absent if the event has no key. */
  void key(ByteRange to);

  /** Sets the range to the bytes of the value, absent if the value is null. */
  void value(ByteRange to);

  /**
   * Looks for the first header with a name, and sets the range to its value; absent if the value is
   * null.
   *
   * @param name UTF-8; not to be changed
   * @return whether the event has the header
   */
  boolean header(byte[] name, ByteRange to);
}
