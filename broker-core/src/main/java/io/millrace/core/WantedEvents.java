package io.millrace.core;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.WantedBatches;
import java.nio.ByteBuffer;

/**
 * What a subscription with a filter, with sources or with both wants of a partition, as far as the
 * headers of batches and the indexes of a log can tell. Immutable.
 *
 * @param filter null without a filter
 * @param sources the sources of the subscription
 * @param partition the partition of the log
 */
record WantedEvents(EventFilter filter, SourceMatcher sources, int partition)
    implements WantedBatches {

  /** Whether an index can exclude anything. */
  boolean isSearchable() {
    return !sources.all() || (filter != null && filter.isSearchable(partition));
  }

  @Override
  public boolean mayHaveOffsets(long firstOffset, long endOffset) {
    return filter == null
        || (filter.mayMatch(partition) && filter.mayHaveOffsets(firstOffset, endOffset));
  }

  @Override
  public boolean mayHaveEvents(long minEventTime, long maxEventTime, long sourceFilter) {
    return minEventTime <= maxEventTime
        && sources.matches(sourceFilter)
        && (filter == null || filter.mayHaveEvents(minEventTime, maxEventTime, sourceFilter));
  }

  /** Whether a batch can have a wanted event, from its header. With a filter. */
  boolean mayMatch(ByteBuffer batches, int at) {
    return sources.matches(BatchHeader.sourceFilter(batches, at)) && filter.mayMatch(batches, at);
  }

  /** Whether a batch of a buffer of whole batches can have a wanted event. With a filter. */
  boolean mayMatch(ByteBuffer batches) {
    if (!filter.mayMatch(partition)) {
      return false;
    }
    int at = batches.position();
    while (at < batches.limit()) {
      if (mayMatch(batches, at)) {
        return true;
      }
      at += BatchHeader.length(batches, at);
    }
    return false;
  }

  /** The first offset from another one on that is wanted; {@link Long#MAX_VALUE} if none is. */
  long firstOffset(long from) {
    return filter == null ? from : filter.firstOffset(from);
  }
}
