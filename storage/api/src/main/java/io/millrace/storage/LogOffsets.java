package io.millrace.storage;

/**
 * The three offsets of a log at one moment: {@code start <= durable <= end}.
 *
 * @param start first offset kept
 * @param durable one past the last offset forced to disk
 * @param end one past the last offset stored
 */
public record LogOffsets(long start, long durable, long end) {

  public LogOffsets {
    if (start < 0 || start > durable || durable > end) {
      throw new IllegalStateException(
          "offsets out of order: start=" + start + " durable=" + durable + " end=" + end);
    }
  }
}
