package io.millrace.storage;

/**
 * What a reader looks for in a log, as far as the indexes of a log can tell. An engine asks it of
 * single batches and of many batches together. Any thread; both methods only compute.
 */
public interface WantedBatches {

  /**
   * Whether an event at one of these offsets can be wanted.
   *
   * @param endOffset one past the last offset; greater than {@code firstOffset}
   */
  boolean mayHaveOffsets(long firstOffset, long endOffset);

  /**
   * Whether an event with such an event time and such a source can be wanted.
   *
   * @param minEventTime microseconds since 1970-01-01T00:00Z; {@link Long#MIN_VALUE} if unknown
   * @param maxEventTime microseconds since 1970-01-01T00:00Z; {@link Long#MAX_VALUE} if unknown.
   *     Less than {@code minEventTime} if there is no event
   * @param sourceFilter the source filters of the batches, united bit by bit; all bits if unknown
   */
  boolean mayHaveEvents(long minEventTime, long maxEventTime, long sourceFilter);
}
