package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.internal.connection.RecordHeaders;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the events of one delivery after the other. The consumer's thread only. */
final class DeliveryReader {

  /** Most bytes that a compressed batch may become; the broker's own limit is far below. */
  private static final int MAX_RECORDS_BYTES = 1 << 30;

  private final ConsumerSettings settings;
  private final BatchReader batch = new BatchReader(MAX_RECORDS_BYTES);

  private Delivery delivery;
  private PartitionCursor cursor;
  private ByteBuffer bytes;
  private int at;
  private boolean inBatch;

  DeliveryReader(ConsumerSettings settings) {
    this.settings = settings;
  }

  /** Whether there is nothing to read. */
  boolean isIdle() {
    return delivery == null;
  }

  /** The partition of the delivery that is being read. */
  PartitionCursor cursor() {
    return cursor;
  }

  /** Begins with a delivery; takes ownership. */
  void open(Delivery next, PartitionCursor partition) {
    delivery = next;
    cursor = partition;
    bytes = next.batches().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    at = 0;
    inBatch = false;
  }

  /**
   * Hands out events until the result is full or the delivery is at its end.
   *
   * @throws io.millrace.protocol.record.InvalidBatchException if the bytes are damaged
   */
  void read(PollResult out) {
    while (!out.isFull()) {
      if (!inBatch && !openBatch()) {
        cursor.advance(delivery.nextOffset());
        close();
        return;
      }
      readBatch(out);
    }
  }

  /** Reads the present batch once more; what was read before is passed over. */
  void beginBatchAnew() {
    inBatch = false;
  }

  /** Lets go of the delivery. */
  void close() {
    if (delivery != null) {
      delivery.batches().release();
      delivery = null;
      bytes = null;
    }
  }

  private boolean openBatch() {
    if (at == bytes.limit()) {
      return false;
    }
    batch.open(bytes, at);
    inBatch = true;
    return true;
  }

  private void readBatch(PollResult out) {
    while (!out.isFull()) {
      if (!batch.next()) {
        int length = BatchHeader.length(bytes, at);
        cursor.advance(BatchHeader.nextOffset(bytes, at));
        cursor.consumed(length);
        at += length;
        inBatch = false;
        return;
      }
      long offset = batch.offset();
      if (offset < cursor.position()) {
        continue;
      }
      if (isWanted()) {
        out.add(event(offset));
      }
      cursor.advance(offset + 1);
    }
  }

  /**
   * Events of other sources do not count for the start by time: which of them come depends on how
   * the events were batched.
   */
  private boolean isWanted() {
    return (settings.sources().isEmpty() || settings.sources().contains(batch.source()))
        && cursor.isReached(batch.eventTimeMicros());
  }

  private ConsumedEvent event(long offset) {
    return new ConsumedEvent(
        settings.topic().name(),
        cursor.partition(),
        offset,
        batch.eventTimeMicros(),
        batch.appendTimeMicros(),
        batch.source(),
        batch.key(),
        batch.value(),
        RecordHeaders.fromRecord(batch.headers()));
  }
}
