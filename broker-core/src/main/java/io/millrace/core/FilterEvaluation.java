package io.millrace.core;

import io.millrace.filter.FilterMatcher;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The test of the events of one slice with a filter. It runs in turns, each of which ends after an
 * event. A batch whose header excludes a match is not opened. A batch in which all events match
 * stays as it is stored, without a copy. One with some of them becomes a filtered batch in the
 * heap. Its memory is reserved before the batch is tested. If there is none, the evaluation ends
 * there with {@code RESOURCES_EXHAUSTED}.
 *
 * <p>A turn that ends inside a batch gives the reserved memory back, except for the marks of the
 * events that match. The next turn opens the batch again, and reserves the memory of the copy when
 * all events are tested. If there is none then, the batch is tested again later, and its events
 * count again.
 *
 * <p>The slice belongs to the evaluation until its result is taken. One thread at a time, except
 * {@link #cancel}.
 */
final class FilterEvaluation {

  /**
   * Bytes of events after which a turn looks at the clock. A look takes as long as the test of some
   * hundred bytes without JSON.
   */
  static final int LOOK_BYTES = 8 * 1024;

  private final LogSlice slice;
  private final WantedEvents wanted;

  /** The first wanted offset; it may be inside a batch. */
  private final long from;

  private final StoredRecords.Opener log;
  private final ByteBuffer batches;
  private final MemoryShare memory;

  private final List<ByteBuffer> runs = new ArrayList<>();
  private int at;
  private long nextOffset;

  /** Where a run of batches begins that stay as they are; -1 if there is none. */
  private int runFrom = -1;

  private boolean keepsSlice;
  private long copiedBytes;
  private int bytes;
  private FilterCounts counts = FilterCounts.NONE;

  /** The events of the next batch that match, if a turn has ended inside it; otherwise null. */
  private BitSet matchingBefore;

  /** The number of events of the next batch that earlier turns have passed. */
  private int passedBefore;

  /** The memory that is reserved for {@link #matchingBefore}. */
  private long reservedBefore;

  // The turn. Each has a new matcher, because a matcher can keep some MiB between two events.
  private FilterMatcher matcher;
  private LongSupplier nanoClock;
  private long untilNanos;
  private long scanned;
  private long matched;

  private Throwable failure;
  private volatile boolean cancelled;

  /**
   * @param slice takes ownership
   * @param wanted with a filter
   * @param from the first wanted offset
   * @param log opens the batches of the log
   * @param memory where the copies of batches are counted
   */
  FilterEvaluation(
      LogSlice slice,
      WantedEvents wanted,
      long from,
      StoredRecords.Opener log,
      MemoryShare memory) {
    this.slice = slice;
    this.wanted = wanted;
    this.log = log;
    this.memory = memory;
    this.batches = slice.buffer();
    this.at = batches.position();
    this.from = from;
    this.nextOffset = from;
  }

  /** Nobody wants the result any more: the next turn is the last. Any thread. */
  void cancel() {
    cancelled = true;
  }

  /**
   * Tests events until the end of the slice, or until a time. Inside a batch, it tests for at least
   * as long as it took to open the batch.
   *
   * @return whether it is done: {@link #result} is complete
   */
  boolean turn(FilterScratch scratch, LongSupplier clock, long until) {
    nanoClock = clock;
    untilNanos = until;
    scanned = 0;
    matched = 0;
    try {
      matcher = wanted.filter().newMatcher();
      scratch.event.partition(wanted.partition());
      StoredRecords records = log.records(scratch.records);
      while (at < batches.limit() && !cancelled) {
        boolean whole = test(records, scratch);
        if (!whole || (isOver(nanoClock.getAsLong()) && at < batches.limit())) {
          return false;
        }
      }
      endRun();
    } catch (RuntimeException | Error e) {
      endRun();
      failure = ReaderPool.explained(e);
    } finally {
      scratch.records.close();
      if (matcher != null) {
        counts = counts.plus(FilterCounts.of(scanned, matched, matcher));
        matcher = null;
      }
    }
    return true;
  }

  private boolean isOver(long nowNanos) {
    return nowNanos - untilNanos >= 0;
  }

  /** The evaluation did not take place, or not to its end. */
  void fail(Throwable cause) {
    endRun();
    failure = cause;
  }

  /** The result, after the last turn. The caller takes its lease. One call. */
  FilteredSlice result() {
    forgetBefore();
    if (!keepsSlice) {
      slice.close();
    }
    if (failure == null && !cancelled) {
      nextOffset = slice.nextOffset();
    }
    return new FilteredSlice(
        new SourceMatcher.Selection(runs, counts.matched(), bytes),
        this::release,
        nextOffset,
        counts,
        failure);
  }

  private void release() {
    if (keepsSlice) {
      slice.close();
    }
    memory.release(copiedBytes);
  }

  /**
   * Tests the next batch, and moves past it.
   *
   * @return false if the turn has ended inside it
   */
  private boolean test(StoredRecords records, FilterScratch scratch) {
    int length = BatchHeader.length(batches, at);
    if (matchingBefore != null || wanted.mayMatch(batches, at)) {
      if (!open(records, scratch, length)) {
        return false;
      }
    } else {
      endRun();
    }
    nextOffset = BatchHeader.nextOffset(batches, at);
    at += length;
    return true;
  }

  /**
   * Tests the events of the next batch.
   *
   * @return false if the turn has ended inside it
   */
  private boolean open(StoredRecords records, FilterScratch scratch, int length) {
    long reserved = matchingBefore == null ? reserve(copyBytes()) : 0;
    long kept = 0;
    try {
      if (!select(records, scratch)) {
        if (reserved > 0) { // with the first turn inside the batch; an event has many bytes
          kept = marksBytes();
          reservedBefore = kept;
        }
        return false;
      }
      int events = scratch.matching.cardinality();
      if (events > 0 && events == BatchHeader.recordCount(batches, at)) {
        runFrom = runFrom < 0 ? at : runFrom;
        bytes += length;
      } else {
        endRun();
        if (events > 0) {
          reserved = reserved == 0 ? reserve(copyBytes()) : reserved;
          kept = copy(records, scratch);
        }
      }
      matched += events;
      forgetBefore();
      return true;
    } finally {
      memory.release(reserved - kept);
    }
  }

  /** The most memory of a copy of the next batch. */
  private long copyBytes() {
    return BatchHeader.BYTES + Math.max(0, BatchHeader.recordsBytes(batches, at));
  }

  /** The memory of {@link #matchingBefore} for the next batch. */
  private long marksBytes() {
    return BatchHeader.recordCount(batches, at) / Byte.SIZE + Long.BYTES;
  }

  private long reserve(long bytes) {
    if (!memory.tryReserveUnlessFull(bytes)) {
      throw new BrokerException(
          ErrorCode.RESOURCES_EXHAUSTED,
          "the batches that filters have made and that are not sent yet take "
              + memory.used()
              + " of "
              + memory.limit()
              + " bytes; the filter continues when clients have taken some");
    }
    return bytes;
  }

  /**
   * Notes which events of the batch match.
   *
   * @return false if the turn has ended before the last event
   */
  private boolean select(StoredRecords records, FilterScratch scratch) {
    scratch.matching.clear();
    boolean large = BatchHeader.recordsBytes(batches, at) > LOOK_BYTES;
    long beforeOpen = large ? nanoClock.getAsLong() : 0;
    records.open(batches, at);
    int i = passBefore(records, scratch);
    long opened = large ? nanoClock.getAsLong() : 0;
    long earliestEnd = opened + (opened - beforeOpen);
    int last = BatchHeader.recordCount(batches, at) - 1;
    int unlooked = 0;
    for (; records.next(); i++) {
      if (records.offset() >= from) { // the start may be inside the batch
        scanned++;
        if (matcher.matches(scratch.event)) {
          scratch.matching.set(i);
        }
        unlooked += scratch.records.recordBytes();
        if (unlooked >= LOOK_BYTES && i < last) {
          unlooked = 0;
          if (isOverInside(earliestEnd)) {
            passedBefore = i + 1;
            matchingBefore = (BitSet) scratch.matching.clone();
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean isOverInside(long earliestEnd) {
    long now = nanoClock.getAsLong();
    return isOver(now) && now - earliestEnd >= 0;
  }

  /** Moves over the events that earlier turns have passed; returns their number. */
  private int passBefore(StoredRecords records, FilterScratch scratch) {
    if (matchingBefore == null) {
      return 0;
    }
    scratch.matching.or(matchingBefore);
    for (int i = 0; i < passedBefore; i++) {
      records.next();
    }
    return passedBefore;
  }

  private void forgetBefore() {
    memory.release(reservedBefore);
    reservedBefore = 0;
    matchingBefore = null;
    passedBefore = 0;
  }

  /** Returns the bytes of the copy. */
  private int copy(StoredRecords records, FilterScratch scratch) {
    records.rewind();
    scratch.builder.begin(scratch.records);
    for (int i = 0; records.next(); i++) {
      if (scratch.matching.get(i)) {
        scratch.builder.add();
      }
    }
    ByteBuffer built = scratch.builder.finish();
    byte[] copy = new byte[built.remaining()];
    built.get(copy);
    copiedBytes += copy.length;
    bytes += copy.length;
    runs.add(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
    return copy.length;
  }

  private void endRun() {
    if (runFrom >= 0) {
      runs.add(batches.slice(runFrom, at - runFrom).order(ByteOrder.LITTLE_ENDIAN));
      keepsSlice = true;
      runFrom = -1;
    }
  }
}
