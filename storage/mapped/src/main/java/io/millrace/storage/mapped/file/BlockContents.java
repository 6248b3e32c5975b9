package io.millrace.storage.mapped.file;

import io.millrace.storage.WantedBatches;

/**
 * Bounds of what some batches contain.
 *
 * @param minEventTime lower bound of the event times, in microseconds since 1970-01-01T00:00Z;
 *     greater than the upper bound if there is no event
 * @param maxEventTime upper bound of the event times
 * @param sources the source filters, united bit by bit
 */
public record BlockContents(long minEventTime, long maxEventTime, long sources) {

  /** What no batches contain. */
  static final BlockContents NONE = new BlockContents(Long.MAX_VALUE, Long.MIN_VALUE, 0);

  /** What both contain together. */
  BlockContents and(BlockContents other) {
    return new BlockContents(
        Math.min(minEventTime, other.minEventTime),
        Math.max(maxEventTime, other.maxEventTime),
        sources | other.sources);
  }

  /** As {@link WantedBatches#mayHaveEvents}. */
  public boolean mayMatch(WantedBatches wanted) {
    return wanted.mayHaveEvents(minEventTime, maxEventTime, sources);
  }
}
