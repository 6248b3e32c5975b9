package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where some of a segment's batches begin, and how late the event times before them get: about one
 * entry each {@link #INTERVAL_BYTES}. Derived from the segment, never the truth about it.
 *
 * <p>One writer, in batch order; any readers. An entry is three longs: base offset of a batch, its
 * position, and the largest event time of all batches before it. All three ascend, so all three can
 * be searched.
 */
public final class SparseIndex {

  static final int INTERVAL_BYTES = 64 * 1024;

  private static final int OFFSET = 0;
  private static final int POSITION = 1;
  private static final int MAX_TIME_BEFORE = 2;
  private static final int ENTRY_LONGS = 3;
  private static final int FIRST_CAPACITY = 4;

  // The entries are published by the count: a reader reads the count first.
  private volatile long[] entries = new long[FIRST_CAPACITY * ENTRY_LONGS];
  private volatile int count;
  private volatile long maxEventTime = Long.MIN_VALUE;
  private volatile long newestAppendTime = Long.MIN_VALUE;

  /** Takes note of the batch at a position; its header stands at {@code at} of the buffer. */
  public void add(int position, ByteBuffer header, int at) {
    int last = count - 1;
    if (last < 0 || position - position(last) >= INTERVAL_BYTES) {
      addEntry(BatchHeader.baseOffset(header, at), position, maxEventTime);
    }
    note(BatchHeader.maxEventTime(header, at), BatchHeader.appendTime(header, at));
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

  void note(long eventTime, long appendTime) {
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

  /** At least the largest event time in the segment. */
  public long maxEventTime() {
    return maxEventTime;
  }

  /** At least the largest append time in the segment. */
  public long newestAppendTime() {
    return newestAppendTime;
  }

  /** The last entry at or before an offset, or -1: the segment's beginning. */
  public int floorOfOffset(long offset) {
    return last(count, OFFSET, offset);
  }

  /** The last entry before which no batch reaches an event time, or -1: the segment's beginning. */
  public int floorOfTime(long eventTime) {
    return eventTime == Long.MIN_VALUE ? -1 : last(count, MAX_TIME_BEFORE, eventTime - 1);
  }

  /** The last entry at or before a position, or -1. */
  public int floorOfPosition(int position) {
    return last(count, POSITION, position);
  }

  /** The last of the first {@code size} entries whose field is at most {@code value}, or -1. */
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

  /** Forgets the entries from a position on. Writer, before anybody else reads. */
  public void cutAt(int position) {
    count = last(count, POSITION, position - 1L) + 1;
  }
}
