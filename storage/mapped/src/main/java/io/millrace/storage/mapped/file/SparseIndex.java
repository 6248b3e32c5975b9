package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The positions of some batches of a segment, about one for each {@link #INTERVAL_BYTES}. It is
 * derived from the segment; if the two differ, the segment is right.
 *
 * <p>An entry is three longs: the base offset of a batch, its position, and the largest event time
 * of all batches before it; if some of them are damaged, an upper bound. All three ascend, so each
 * can be searched. One writer, in the order of the batches; any number of readers.
 */
public final class SparseIndex {

  static final int INTERVAL_BYTES = 64 * 1024;

  private static final int OFFSET = 0;
  private static final int POSITION = 1;
  private static final int MAX_TIME_BEFORE = 2;
  private static final int ENTRY_LONGS = 3;
  private static final int FIRST_CAPACITY = 4;

  // The count publishes the entries: a reader reads the count first.
  private volatile long[] entries = new long[FIRST_CAPACITY * ENTRY_LONGS];
  private volatile int count;
  private volatile long maxEventTime = Long.MIN_VALUE;
  private volatile long newestAppendTime = Long.MIN_VALUE;

  /**
   * Adds the batch at a position.
   *
   * @param at where the batch's header begins in the buffer
   */
  public void add(int position, ByteBuffer header, int at) {
    int last = count - 1;
    if (last < 0 || position - position(last) >= INTERVAL_BYTES) {
      addEntry(BatchHeader.baseOffset(header, at), position, maxEventTime);
    }
    addTimes(BatchHeader.maxEventTime(header, at), BatchHeader.appendTime(header, at));
  }

  void addEntry(long offset, int position, long maxTimeBefore) {
    int next = count;
    long[] now = entries;
    if ((next + 1) * ENTRY_LONGS > now.length) {
      now = Arrays.copyOf(now, now.length * 2);
      entries = now;
    }
    now[next * ENTRY_LONGS + OFFSET] = offset;
    now[next * ENTRY_LONGS + POSITION] = position;
    now[next * ENTRY_LONGS + MAX_TIME_BEFORE] = maxTimeBefore;
    count = next + 1;
  }

  /**
   * Damaged batches follow the last batch that was added. Nobody knows their event times, so any
   * event time can be among them. Their append times do not count: retention need not keep them.
   */
  public void addDamage() {
    maxEventTime = Long.MAX_VALUE;
  }

  void addTimes(long eventTime, long appendTime) {
    if (eventTime > maxEventTime) {
      maxEventTime = eventTime;
    }
    if (appendTime > newestAppendTime) {
      newestAppendTime = appendTime;
    }
  }

  public int count() {
    return count;
  }

  public long offset(int entry) {
    return entries[entry * ENTRY_LONGS + OFFSET];
  }

  public int position(int entry) {
    return (int) entries[entry * ENTRY_LONGS + POSITION];
  }

  long maxTimeBefore(int entry) {
    return entries[entry * ENTRY_LONGS + MAX_TIME_BEFORE];
  }

  /** An upper bound of the event times in the segment. */
  public long maxEventTime() {
    return maxEventTime;
  }

  /** An upper bound of the append times in the segment. */
  public long newestAppendTime() {
    return newestAppendTime;
  }

  /** The last entry at or before an offset; -1 for the beginning of the segment. */
  public int floorOfOffset(long offset) {
    return last(count, OFFSET, offset);
  }

  /** The position of the last entry at or before an offset, or of the segment's first batch. */
  public int searchStart(long offset) {
    int entry = floorOfOffset(offset);
    return entry < 0 ? SegmentHeader.BYTES : position(entry);
  }

  /**
   * The last entry before which all event times are below {@code eventTime}; -1 for the beginning
   * of the segment.
   */
  public int floorOfTime(long eventTime) {
    return eventTime == Long.MIN_VALUE ? -1 : last(count, MAX_TIME_BEFORE, eventTime - 1);
  }

  /** The last entry at or before a position, or -1. */
  public int floorOfPosition(int position) {
    return last(count, POSITION, position);
  }

  /** Finds the last entry below {@code size} whose field is at most {@code value}; -1 if none. */
  private int last(int size, int field, long value) {
    long[] now = entries;
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (now[middle * ENTRY_LONGS + field] <= value) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /** Removes the entries from a position on. Used by the writer, before anyone reads. */
  public void cutAt(int position) {
    count = last(count, POSITION, position - 1L) + 1;
  }
}
