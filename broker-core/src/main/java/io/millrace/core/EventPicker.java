package io.millrace.core;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.record.BatchHeader;
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
  private final CompletableFuture<List<ByteBuffer>> result = new CompletableFuture<>();

  private long pickedBytes;

  /** The first offset that was not reached. */
  private int next;

  private EventPicker(
      Partition partition, long[] offsets, long maxBytes, QueueResources resources) {
    this.partition = partition;
    this.offsets = offsets;
    this.maxBytes = maxBytes;
    this.resources = resources;
  }

  /**
   * Copies events.
   *
   * @param offsets of durable events, ascending, at least one
   * @return completes on a reader thread; fails as {@link Partition#read}
   */
  static CompletableFuture<List<ByteBuffer>> pick(
      Partition partition, long[] offsets, QueueResources resources) {
    return pickSome(partition, offsets, Long.MAX_VALUE, resources);
  }

  /**
   * As {@link #pick}, but copies no further events when it has at least this many bytes.
   *
   * @param maxBytes at least 1
   */
  static CompletableFuture<List<ByteBuffer>> pickSome(
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
                result.completeExceptionally(StageFailure.cause(failure));
              } else {
                resources.readers().submit(() -> copy(slice), cause -> stop(slice, cause));
              }
            });
  }

  private void stop(PartitionSlice slice, BrokerException cause) {
    slice.close();
    result.completeExceptionally(cause);
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
      result.completeExceptionally(ReaderPool.explained(e));
      return;
    } finally {
      resources.scratches().give(scratch);
    }
    if (isDone()) {
      result.complete(picked);
    } else {
      read();
    }
  }

  private boolean isDone() {
    return next == offsets.length || pickedBytes >= maxBytes;
  }

  /** Copies what is wanted of a batch, and moves past it. */
  private void copy(ByteBuffer batches, int at, StoredRecords records, FilterScratch scratch) {
    long end = BatchHeader.nextOffset(batches, at);
    int from = next;
    while (next < offsets.length && offsets[next] < end) {
      next++;
    }
    int wanted = next - from;
    if (wanted == BatchHeader.recordCount(batches, at)) {
      add(batches.slice(at, BatchHeader.length(batches, at)));
    } else if (wanted > 0) {
      records.open(batches, at);
      scratch.builder.begin(scratch.records);
      int wantedAt = from;
      while (wantedAt < next && records.next()) {
        if (records.offset() == offsets[wantedAt]) {
          scratch.builder.add();
          wantedAt++;
        }
      }
      if (wantedAt < next) {
        throw gone();
      }
      add(scratch.builder.finish());
    }
  }

  private void add(ByteBuffer batch) {
    byte[] bytes = new byte[batch.remaining()];
    batch.get(bytes);
    picked.add(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    pickedBytes += bytes.length;
  }

  private BrokerException gone() {
    return new BrokerException(
        ErrorCode.OFFSET_OUT_OF_RANGE,
        "an event of the queue is not in partition " + partition.id() + " any more");
  }
}
