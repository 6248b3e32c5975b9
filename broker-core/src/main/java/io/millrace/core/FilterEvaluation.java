package io.millrace.core;

import io.millrace.filter.FilterMatcher;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.LogSlice;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The test of the events of one slice with a filter. It runs in turns, each of which ends after a
 * batch. A batch whose header excludes a match is not opened. A batch in which all events match
 * stays as it is stored, without a copy. One with some of them becomes a filtered batch in the
 * heap. Its memory is reserved before the batch is tested. If there is none, the evaluation ends
 * there with {@code RESOURCES_EXHAUSTED}.
 *
 * <p>The slice belongs to the evaluation until its result is taken. One thread at a time, except
 * {@link #cancel}.
 */
final class FilterEvaluation {

  private final LogSlice slice;
  private final Wanted wanted;
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

  // The turn. Each has a new matcher, because a matcher can keep some MiB between two events.
  private FilterMatcher matcher;
  private long scanned;
  private long matched;

  private Throwable failure;
  private volatile boolean cancelled;

  /**
   * Which events are wanted.
   *
   * @param sources the sources of the subscription
   * @param partition the partition of the log
   * @param from the first offset
   */
  record Wanted(EventFilter filter, SourceMatcher sources, int partition, long from) {

    boolean mayMatch(ByteBuffer batches, int at) {
      return sources.matches(BatchHeader.sourceFilter(batches, at)) && filter.mayMatch(batches, at);
    }

    /** Whether a batch of a buffer of whole batches can have a wanted event. */
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
  }

  /**
   * @param slice takes ownership
   * @param log opens the batches of the log
   * @param memory where the copies of batches are counted
   */
  FilterEvaluation(LogSlice slice, Wanted wanted, StoredRecords.Opener log, MemoryShare memory) {
    this.slice = slice;
    this.wanted = wanted;
    this.log = log;
    this.memory = memory;
    this.batches = slice.buffer();
    this.at = batches.position();
    this.nextOffset = wanted.from();
  }

  /** Nobody wants the result any more: the next turn is the last. Any thread. */
  void cancel() {
    cancelled = true;
  }

  /**
   * Tests batches until the end of the slice, or until a time.
   *
   * @return whether it is done: {@link #result} is complete
   */
  boolean turn(FilterScratch scratch, LongSupplier nanoClock, long untilNanos) {
    scanned = 0;
    matched = 0;
    try {
      matcher = wanted.filter().newMatcher();
      scratch.event.partition(wanted.partition());
      StoredRecords records = log.records(scratch.records);
      while (at < batches.limit() && !cancelled) {
        test(records, scratch);
        if (nanoClock.getAsLong() - untilNanos >= 0 && at < batches.limit()) {
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

  /** The evaluation did not take place, or not to its end. */
  void fail(Throwable cause) {
    endRun();
    failure = cause;
  }

  /** The result, after the last turn. The caller takes its lease. One call. */
  FilteredSlice result() {
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

  /** Tests the next batch, and moves past it. */
  private void test(StoredRecords records, FilterScratch scratch) {
    int length = BatchHeader.length(batches, at);
    if (wanted.mayMatch(batches, at)) {
      open(records, scratch, length);
    } else {
      endRun();
    }
    nextOffset = BatchHeader.nextOffset(batches, at);
    at += length;
  }

  /** Tests the events of the next batch. */
  private void open(StoredRecords records, FilterScratch scratch, int length) {
    long reserved = reserveCopy();
    long copied = 0;
    try {
      int events = select(records, scratch);
      if (events > 0 && events == BatchHeader.recordCount(batches, at)) {
        runFrom = runFrom < 0 ? at : runFrom;
        bytes += length;
      } else {
        endRun();
        copied = events > 0 ? copy(records, scratch) : 0;
      }
      matched += events;
    } finally {
      memory.release(reserved - copied);
    }
  }

  /** Reserves the memory of a copy of the next batch. */
  private long reserveCopy() {
    long most = BatchHeader.BYTES + Math.max(0, BatchHeader.recordsBytes(batches, at));
    if (!memory.tryReserveUnlessFull(most)) {
      throw new BrokerException(
          ErrorCode.RESOURCES_EXHAUSTED,
          "the batches that filters have made and that are not sent yet take "
              + memory.used()
              + " of "
              + memory.limit()
              + " bytes; the filter continues when clients have taken some");
    }
    return most;
  }

  /** Notes which events of the batch match; returns their number. */
  private int select(StoredRecords records, FilterScratch scratch) {
    scratch.matching.clear();
    records.open(batches, at);
    int events = 0;
    for (int i = 0; records.next(); i++) {
      if (records.offset() >= wanted.from()) { // the start may be inside the batch
        scanned++;
        if (matcher.matches(scratch.event)) {
          scratch.matching.set(i);
          events++;
        }
      }
    }
    return events;
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
