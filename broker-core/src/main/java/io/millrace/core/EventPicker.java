package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Copies chosen events out of a partition, as whole or as filtered batches. Reader threads read and
 * copy, one at a time.
 */
final class EventPicker {

  private static final int SLICE_BYTES = 256 * 1024;

  private final Partition partition;
  private final long[] offsets;
  private final long maxBytes;
  private final QueueResources resources;
  private final List<ByteBuffer> picked = new ArrayList<>();
  private final CompletableFuture<Picked> result = new CompletableFuture<>();

  /** Bytes of the events that were picked, as {@link BatchReader#eventBytes} counts them. */
  private long pickedBytes;

  /** The first offset that was not reached. */
  private int next;

  /** How many events are in {@link #picked}. */
  private int copied;

  private EventPicker(
      Partition partition, long[] offsets, long maxBytes, QueueResources resources) {
    this.partition = partition;
    this.offsets = offsets;
    this.maxBytes = maxBytes;
    this.resources = resources;
  }

  /**
   * Events that were copied.
   *
   * @param batches in the heap
   * @param events how many: the first ones of those that were wanted, at least one
   */
  record Picked(List<ByteBuffer> batches, int events) {}

  /**
   * Copies events, and no further ones when it has a number of bytes. So it copies at most one
   * event more than the bound.
   *
   * @param offsets of durable events, ascending, at least one
   * @param maxBytes of events, as {@link BatchReader#eventBytes} counts them; at least 1
   * @return completes on a reader thread; fails as {@link Partition#read} if the first event cannot
   *     be read. If a later one cannot, the result has those before.
   */
  static CompletableFuture<Picked> pick(
      Partition partition, long[] offsets, long maxBytes, QueueResources resources) {
    EventPicker picker = new EventPicker(partition, offsets, maxBytes, resources);
    picker.read();
    return picker.result;
  }

  private void read() {
    partition
        .read(offsets[next], SLICE_BYTES, IsolationLevel.DURABLE)
        .whenComplete(
            (slice, failure) -> {
              if (failure != null) {
                fail(StageFailure.cause(failure));
              } else {
                resources.readers().submit(() -> copy(slice), cause -> stop(slice, cause));
              }
            });
  }

  private void stop(PartitionSlice slice, BrokerException cause) {
    slice.close();
    fail(cause);
  }

  private void fail(Throwable cause) {
    if (copied > 0) {
      result.complete(new Picked(picked, copied));
    } else {
      result.completeExceptionally(cause);
    }
  }

  private void copy(PartitionSlice slice) {
    FilterScratch scratch = resources.scratches().take();
    try (slice) {
      if (slice.nextOffset() <= offsets[next]) {
        throw gone();
      }
      ByteBuffer batches = slice.batches();
      StoredRecords records = partition.records(scratch.records);
      int at = batches.position();
      while (at < batches.limit() && !isDone()) {
        copy(batches, at, records, scratch);
        at += BatchHeader.length(batches, at);
      }
    } catch (RuntimeException | Error e) {
      fail(ReaderPool.explained(e));
      return;
    } finally {
      resources.scratches().give(scratch);
    }
    if (isDone()) {
      result.complete(new Picked(picked, next));
    } else {
      read();
    }
  }

  private boolean isDone() {
    return next == offsets.length || pickedBytes >= maxBytes;
  }

  /** Copies what is wanted of a batch, up to the bound, and moves past it. */
  private void copy(ByteBuffer batches, int at, StoredRecords records, FilterScratch scratch) {
    int wanted = wantedBefore(BatchHeader.nextOffset(batches, at));
    if (wanted == 0) {
      return;
    }
    int batchBytes = BatchHeader.recordsBytes(batches, at);
    if (wanted == BatchHeader.recordCount(batches, at) && pickedBytes + batchBytes <= maxBytes) {
      add(batches.slice(at, BatchHeader.length(batches, at)));
      pickedBytes += batchBytes;
      next += wanted;
    } else {
      records.open(batches, at);
      copySome(wanted, records, scratch);
    }
  }

  private int wantedBefore(long offset) {
    int end = next;
    while (end < offsets.length && offsets[end] < offset) {
      end++;
    }
    return end - next;
  }

  private void copySome(int wanted, StoredRecords records, FilterScratch scratch) {
    int end = next + wanted;
    scratch.builder.begin(scratch.records);
    while (next < end && !isDone() && records.next()) {
      if (records.offset() == offsets[next]) {
        scratch.builder.add();
        pickedBytes += scratch.records.eventBytes();
        next++;
      }
    }
    if (next < end && !isDone()) {
      throw gone();
    }
    add(scratch.builder.finish());
  }

  private void add(ByteBuffer batch) {
    byte[] bytes = new byte[batch.remaining()];
    batch.get(bytes);
    picked.add(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    copied = next;
  }

  private BrokerException gone() {
    return new BrokerException(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        "an event of the queue is not in partition " + partition.id() + " any more");
  }
}
