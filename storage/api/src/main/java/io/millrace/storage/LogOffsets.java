package io.millrace.storage;

/**
 * The offsets of a log at one moment: {@code start <= durable <= stored <= end}. The constructor
 * throws {@link IllegalStateException} if they are out of order.
 *
 * @param start first offset that is kept
 * @param durable one past the last offset that survives a power failure
 * @param stored one past the last offset that survives a crash of this process; readers that do not
 *     wait for durability see the offsets below it
 * @param end one past the last offset that was appended; the next batch begins here
 */
public record LogOffsets(long start, long durable, long stored, long end) {

  public LogOffsets {
    if (start < 0 || start > durable || durable > stored || stored > end) {
      throw new IllegalStateException(
          "offsets out of order: start="
              + start
              + " durable="
              + durable
              + " stored="
              + stored
              + " end="
              + end);
    }
  }

  /** The offsets of a log that stores each batch before the append returns. */
  public LogOffsets(long start, long durable, long end) {
    this(start, durable, end, end);
  }
}
