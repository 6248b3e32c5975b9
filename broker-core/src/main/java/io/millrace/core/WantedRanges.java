package io.millrace.core;

import io.millrace.storage.OffsetRange;

/**
 * The offsets that a subscription with a filter or with sources reads. The indexes of the log tell
 * where wanted events can be: the subscription reads the range that a search has found, and then
 * searches again. At the end of the log it reads what is appended without a search, because that is
 * in memory. It searches there only if many events are not in memory, or after many bytes in which
 * nothing is wanted. The owner of the partition has its state; any thread may read the numbers of
 * bytes.
 *
 * <pre>
 *      position                     to                 searchedTo
 *   ------|==== can have wanted ====|---- not known yet ----|---- appended since then
 * </pre>
 */
final class WantedRanges {

  /** Unwanted bytes after which the indexes of the log are asked again. */
  static final int SEARCH_BYTES = 4 * 1024 * 1024;

  /** With fewer events up to the end, they are read even if they are not in memory. */
  static final int SEARCH_EVENTS = 256;

  private final WantedEvents wanted;
  private final boolean searchable;

  /** The end of the range that is being read. */
  private long to;

  /** The limit of the last search. Nothing is known of the offsets from {@code to} to it. */
  private long searchedTo = Long.MAX_VALUE;

  /** Where the last search, or the last read of its range, came to nothing; -1: nowhere. */
  private long nothingAt = -1;

  /** Bytes that were read after the range and excluded by their headers. */
  private long unwantedBytes;

  // Written by the owner only.
  private volatile long readBytes;
  private volatile long skippedBytes;

  WantedRanges(WantedEvents wanted, long startOffset) {
    this.wanted = wanted;
    this.searchable = wanted.isSearchable();
    this.to = startOffset;
  }

  WantedEvents wanted() {
    return wanted;
  }

  /** Bytes of the log that were read. Any thread. */
  long readBytes() {
    return readBytes;
  }

  /** Bytes of the log that were passed over without reading them. Any thread. */
  long skippedBytes() {
    return skippedBytes;
  }

  /** Whether the next range is to be searched before anything is read. */
  boolean isSearchDue(long position, long visibleEnd) {
    return searchable
        && position < visibleEnd
        && position >= to
        && (to < searchedTo || unwantedBytes >= SEARCH_BYTES);
  }

  /**
   * Whether a search is due before bytes at a position are read that are not in memory. A few
   * events at the end are read without it: some engines have none in memory.
   */
  boolean isSearchDueIfCold(long position, long visibleEnd) {
    return searchable
        && position >= to
        && position != nothingAt
        && visibleEnd - position >= SEARCH_EVENTS;
  }

  /** One past the last offset to read now. */
  long readLimit(long position, long visibleEnd) {
    return searchable && position < to && to < searchedTo ? Math.min(to, visibleEnd) : visibleEnd;
  }

  /**
   * A search has found a range.
   *
   * @param position where the search began
   * @param limit where it ended at the latest
   * @return the offset at which to read on
   */
  long found(OffsetRange range, long position, long limit) {
    to = range.to();
    boolean nothing = to == position; // reading shows why
    searchedTo = nothing ? to : limit;
    nothingAt = nothing ? position : -1;
    unwantedBytes = 0;
    skippedBytes += range.skippedBytes();
    return Math.max(position, Math.min(to, wanted.firstOffset(range.from())));
  }

  /** Forgets the range: the log was opened again, or no batch ends where the range does. */
  void forget(long position) {
    to = position;
    searchedTo = Long.MAX_VALUE;
    unwantedBytes = 0;
  }

  /** Reads on without a search: nothing could be read up to the end of the range. */
  void readOn(long position) {
    to = position;
    searchedTo = position;
    nothingAt = position;
  }

  /**
   * Bytes were read.
   *
   * @param position where they begin
   * @param excluded whether their headers exclude all of them
   */
  void read(int bytes, long position, boolean excluded) {
    readBytes += bytes;
    if (excluded && position >= to) {
      unwantedBytes += bytes;
    }
  }
}
