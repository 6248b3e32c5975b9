package io.millrace.storage;

/**
 * The offsets of a log at one moment: {@code start <= durable <= stored <= end}.
 *
 * @param start first offset kept
 * @param durable one past the last offset that survives a power cut of this machine
 * @param stored one past the last offset that survives the death of this process; readers who do
 *     not wait for durability see up to here
 * @param end one past the last offset appended; the next batch begins here
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

  /** The offsets of a log that has stored each batch when the append returns. */
  public LogOffsets(long start, long durable, long end) {
    this(start, durable, end, end);
  }
}
