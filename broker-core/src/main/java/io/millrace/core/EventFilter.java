package io.millrace.core;

import io.millrace.filter.Filter;
import io.millrace.filter.FilterMatcher;
import io.millrace.filter.FilterRequirements;
import io.millrace.filter.InvalidFilterException;
import io.millrace.filter.LongRanges;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/**
 * The filter of a subscription, parsed. It knows from the header of a batch whether an event of the
 * batch can match at all. Immutable; any number of subscriptions can use it.
 */
public final class EventFilter {

  private final Filter filter;
  private final FilterRequirements required;
  private final SourceMatcher sources;
  private final boolean impossible;

  private EventFilter(Filter filter) {
    this.filter = filter;
    this.required = filter.requirements();
    // A filter can name at most 200 sources. One that is no valid source matches no event.
    this.sources = SourceMatcher.ofValid(List.copyOf(required.sources().orElse(Set.of())));
    this.impossible = required.isImpossible() || required.sources().isPresent() && sources.all();
  }

  /**
   * Parses a filter. Takes up to some milliseconds of CPU time, so event loops do not call it.
   *
   * @throws BrokerException {@code INVALID_FILTER}; the message shows the place
   */
  static EventFilter parse(String text) {
    try {
      return new EventFilter(Filter.parse(text));
    } catch (InvalidFilterException e) {
      throw new BrokerException(ErrorCode.INVALID_FILTER, e.getMessage(), e);
    }
  }

  /** Bytes of heap of the filter. */
  long heapBytes() {
    return filter.heapBytes();
  }

  /** A matcher with all counters at 0. */
  FilterMatcher newMatcher() {
    return filter.newMatcher();
  }

  /** Whether an event of a partition can match. */
  boolean mayMatch(int partition) {
    return !impossible && required.partitions().contains(partition);
  }

  /** Whether an event of a batch can match, from its header. */
  boolean mayMatch(ByteBuffer batches, int at) {
    return !impossible
        && mayHaveEvents(
            BatchHeader.minEventTime(batches, at),
            BatchHeader.maxEventTime(batches, at),
            BatchHeader.sourceFilter(batches, at))
        && required.appendTimes().contains(BatchHeader.appendTime(batches, at))
        && mayHaveOffsets(BatchHeader.baseOffset(batches, at), BatchHeader.nextOffset(batches, at));
  }

  /** As {@link io.millrace.storage.WantedBatches#mayHaveEvents}. */
  boolean mayHaveEvents(long minEventTime, long maxEventTime, long sourceFilter) {
    return sources.matches(sourceFilter)
        && overlaps(required.timestamps(), minEventTime, maxEventTime);
  }

  /** As {@link io.millrace.storage.WantedBatches#mayHaveOffsets}. */
  boolean mayHaveOffsets(long firstOffset, long endOffset) {
    return overlaps(required.offsets(), firstOffset, endOffset - 1);
  }

  private static boolean overlaps(LongRanges wanted, long min, long max) {
    return min <= max && wanted.overlaps(min, max);
  }

  /** Whether the sources, times and offsets that an index knows can exclude a match. */
  boolean isSearchable(int partition) {
    return !mayMatch(partition)
        || !sources.all()
        || !required.timestamps().isAll()
        || !required.offsets().isAll();
  }

  /**
   * The first offset of a matching event from another one on; {@link Long#MAX_VALUE} if there is
   * none.
   */
  long firstOffset(long from) {
    for (LongRanges.Range range : required.offsets().ranges()) {
      if (range.max() >= from) {
        return Math.max(from, range.min());
      }
    }
    return Long.MAX_VALUE;
  }

  /** The text of the filter. */
  @Override
  public String toString() {
    return filter.text();
  }
}
