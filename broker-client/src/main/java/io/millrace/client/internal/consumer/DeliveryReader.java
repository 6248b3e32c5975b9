package io.millrace.client.internal.consumer;

import io.millrace.client.ConsumedEvent;
import io.millrace.client.internal.connection.HeaderConversion;
import io.millrace.client.internal.consumer.QueueEntry.Delivery;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/** Decodes the events of deliveries, one delivery at a time. Belongs to the consumer's thread. */
final class DeliveryReader {

  /**
   * The maximum number of bytes of a batch after decompression. The broker has a much lower limit.
   */
  private static final int MAX_RECORDS_BYTES = 1 << 30;

  private final BatchReader batch = new BatchReader(MAX_RECORDS_BYTES);

  private Delivery delivery;
  private PartitionCursor cursor;
  private ByteBuffer bytes;
  private int position;
  private boolean inBatch;

  /** Whether no delivery is open. */
  boolean isIdle() {
    return delivery == null;
  }

  /** The cursor of the partition of the newest delivery. */
  PartitionCursor cursor() {
    return cursor;
  }

  /** Opens a delivery; takes ownership. */
  void open(Delivery next, PartitionCursor partition) {
    delivery = next;
    cursor = partition;
    bytes = next.batches().nioBuffer().order(ByteOrder.LITTLE_ENDIAN);
    position = 0;
    inBatch = false;
  }

  /**
   * Adds events to a result until the result is full or the delivery has no more. Then closes the
   * delivery.
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

  /** Goes back to the start of the current batch. Events that were read before are skipped. */
  void restartBatch() {
    inBatch = false;
  }

  /** Releases the delivery, if one is open. */
  void close() {
    if (delivery != null) {
      delivery.batches().release();
      delivery = null;
      bytes = null;
    }
  }

  private boolean openBatch() {
    if (position == bytes.limit()) {
      return false;
    }
    batch.open(bytes, position);
    inBatch = true;
    return true;
  }

  private void readBatch(PollResult out) {
    while (!out.isFull()) {
      if (!batch.next()) {
        int length = BatchHeader.length(bytes, position);
        cursor.advance(BatchHeader.nextOffset(bytes, position));
        cursor.consumed(length);
        position += length;
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
   * Whether to return the current event. Only events of the requested sources can reach a start by
   * time. The broker filters whole batches, so that some events of other sources arrive too.
   */
  private boolean isWanted() {
    Set<String> sources = cursor.settings().sources();
    return (sources.isEmpty() || sources.contains(batch.source()))
        && cursor.isStartReached(batch.eventTimeMicros());
  }

  private ConsumedEvent event(long offset) {
    return new ConsumedEvent(
        cursor.settings().topic().name(),
        cursor.partition(),
        offset,
        batch.eventTimeMicros(),
        batch.appendTimeMicros(),
        batch.source(),
        batch.key(),
        batch.value(),
        HeaderConversion.fromRecord(batch.headers()));
  }
}
