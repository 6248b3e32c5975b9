package io.millrace.storage.mapped.file;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.WantedBatches;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The positions of some batches of a segment, about one for each {@link #INTERVAL_BYTES}, and what
 * the batches between them contain. It is derived from the segment; if the two differ, the segment
 * is right.
 *
 * <p>An entry is five longs: the base offset of a batch, its position, and three that describe the
 * <em>block</em> of batches from the previous entry, or the beginning of the segment, up to it:
 * their smallest and largest event time, and their source filters united bit by bit. Offsets and
 * positions ascend, so each can be searched. A block with damaged batches can contain everything.
 * The <em>tail</em> is the block from the last entry on.
 *
 * <p>One writer, in the order of the batches; any number of readers. An entry does not change once
 * the count has published it. The tail changes with each batch: only the writer reads it, and when
 * the segment is sealed, any thread.
 */
public final class SparseIndex {

  static final int INTERVAL_BYTES = 64 * 1024;

  private static final int OFFSET = 0;
  private static final int POSITION = 1;
  private static final int MIN_TIME = 2;
  private static final int MAX_TIME = 3;
  private static final int SOURCES = 4;
  private static final int ENTRY_LONGS = 5;
  private static final int FIRST_CAPACITY = 4;

  // The count publishes the entries: a reader reads the count first.
  private volatile long[] entries = new long[FIRST_CAPACITY * ENTRY_LONGS];
  private volatile int count;
  private volatile long maxEventTime = Long.MIN_VALUE;
  private volatile long newestAppendTime = Long.MIN_VALUE;

  private long tailMinTime = Long.MAX_VALUE;
  private long tailMaxTime = Long.MIN_VALUE;
  private long tailSources;

  /** The index of a segment of which nothing can be read. */
  public static SparseIndex ofDamage() {
    SparseIndex unknown = new SparseIndex();
    unknown.addDamage();
    return unknown;
  }

  /**
   * Adds the batch at a position.
   *
   * @param at where the batch's header begins in the buffer
   */
  public void add(int position, ByteBuffer header, int at) {
    int last = count - 1;
    if (last < 0 || position - position(last) >= INTERVAL_BYTES) {
      addEntry(BatchHeader.baseOffset(header, at), position);
    }
    addToTail(
        BatchHeader.minEventTime(header, at),
        BatchHeader.maxEventTime(header, at),
        BatchHeader.sourceFilter(header, at));
    addAppendTime(BatchHeader.appendTime(header, at));
  }

  /** Adds an entry, which ends the block that was the tail. */
  void addEntry(long offset, int position) {
    int next = count;
    long[] now = entries;
    if ((next + 1) * ENTRY_LONGS > now.length) {
      now = Arrays.copyOf(now, now.length * 2);
      entries = now;
    }
    int at = next * ENTRY_LONGS;
    now[at + OFFSET] = offset;
    now[at + POSITION] = position;
    now[at + MIN_TIME] = tailMinTime;
    now[at + MAX_TIME] = tailMaxTime;
    now[at + SOURCES] = tailSources;
    count = next + 1;
    setTail(Long.MAX_VALUE, Long.MIN_VALUE, 0);
  }

  /** Adds batches after the last entry. If there is no event in them, min is above max. */
  void addToTail(long minTime, long maxTime, long sources) {
    setTail(Math.min(tailMinTime, minTime), Math.max(tailMaxTime, maxTime), tailSources | sources);
    if (maxTime > maxEventTime) {
      maxEventTime = maxTime;
    }
  }

  private void setTail(long minTime, long maxTime, long sources) {
    tailMinTime = minTime;
    tailMaxTime = maxTime;
    tailSources = sources;
  }

  /**
   * Damaged batches follow the last batch that was added. Nobody knows their event times and
   * sources, so any event can be among them. Their append times do not count: retention need not
   * keep them.
   */
  public void addDamage() {
    addToTail(Long.MIN_VALUE, Long.MAX_VALUE, -1L);
  }

  void addAppendTime(long appendTime) {
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

  /** What the block before an entry contains. */
  public BlockContents before(int entry) {
    long[] now = entries;
    int at = entry * ENTRY_LONGS;
    return new BlockContents(now[at + MIN_TIME], now[at + MAX_TIME], now[at + SOURCES]);
  }

  /** What the tail contains. The writer; any thread when the segment is sealed. */
  public BlockContents tail() {
    return new BlockContents(tailMinTime, tailMaxTime, tailSources);
  }

  /** What all blocks contain together, with the tail. As {@link #tail()}. */
  public BlockContents all() {
    BlockContents all = tail();
    for (int entry = 0; entry < count; entry++) {
      all = all.and(before(entry));
    }
    return all;
  }

  /** As {@link WantedBatches#mayHaveEvents}, of the block before an entry. */
  public boolean mayMatchBefore(int entry, WantedBatches wanted) {
    long[] now = entries;
    int at = entry * ENTRY_LONGS;
    return wanted.mayHaveEvents(now[at + MIN_TIME], now[at + MAX_TIME], now[at + SOURCES]);
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

  /** The entry of the batch that begins at an offset; -1 if it has none. */
  public int entryAt(long offset) {
    int entry = floorOfOffset(offset);
    return entry >= 0 && offset(entry) == offset ? entry : -1;
  }

  /** The position of the last entry at or before an offset, or of the segment's first batch. */
  public int searchStart(long offset) {
    int entry = floorOfOffset(offset);
    return entry < 0 ? SegmentHeader.BYTES : position(entry);
  }

  /**
   * The last entry up to which no batch has an event at or after {@code eventTime}. Looks at one
   * entry after the other.
   *
   * @param from only the batches from this entry on count; -1 for the beginning of the segment
   * @return at least {@code from}
   */
  public int floorOfTime(long eventTime, int from) {
    int size = count;
    long[] now = entries;
    int entry = from;
    while (entry + 1 < size && now[(entry + 1) * ENTRY_LONGS + MAX_TIME] < eventTime) {
      entry++;
    }
    return entry;
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

  /**
   * Removes the entries from a position on. The tail is then the block up to the first of them,
   * which can contain more than the batches before the position. Used by the writer, before anyone
   * reads.
   */
  public void cutAt(int position) {
    int left = last(count, POSITION, position - 1L) + 1;
    if (left < count) {
      BlockContents block = before(left);
      setTail(block.minEventTime(), block.maxEventTime(), block.sources());
      count = left;
    }
  }
}
