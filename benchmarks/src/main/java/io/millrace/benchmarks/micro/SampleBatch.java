package io.millrace.benchmarks.micro;

import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/**
 * A batch as a producer with default settings builds it: random values of one size, one source, no
 * keys.
 */
final class SampleBatch {

  /** The default size of a full batch of the client. */
  static final int BATCH_BYTES = 256 * 1024;

  private static final byte[] SOURCE = "vehicle-17".getBytes(StandardCharsets.UTF_8);
  private static final long EVENT_TIME_MICROS = 1_780_000_000_000_000L;
  private static final long PRODUCER_ID = 7;
  private static final int VALUES = 256;

  private final byte[][] values = new byte[VALUES][];

  SampleBatch(int valueBytes) {
    Random random = new Random(4711);
    for (int i = 0; i < VALUES; i++) {
      values[i] = new byte[valueBytes];
      random.nextBytes(values[i]);
    }
  }

  /** Fills an empty builder and finishes the batch. The returned buffer belongs to the builder. */
  ByteBuffer fill(BatchBuilder builder) {
    int i = 0;
    while (builder.add(SOURCE, EVENT_TIME_MICROS + i, null, values[i % VALUES], List.of())) {
      i++;
    }
    return builder.finish(PRODUCER_ID, (short) 0, 0);
  }

  /** A full batch with the broker's header fields, in its own direct buffer, little-endian. */
  ByteBuffer full() {
    return stamped(fill(new BatchBuilder(BATCH_BYTES, BatchCodec.NONE)));
  }

  /** Like {@link #full()}, but with one value. */
  ByteBuffer lone() {
    BatchBuilder builder = new BatchBuilder(2 * BATCH_BYTES, BatchCodec.NONE);
    builder.add(SOURCE, EVENT_TIME_MICROS, null, values[0], List.of());
    return stamped(builder.finish(PRODUCER_ID, (short) 0, 0));
  }

  private static ByteBuffer stamped(ByteBuffer filled) {
    ByteBuffer batch = ByteBuffer.allocateDirect(filled.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    batch.put(filled).flip();
    BatchHeader.stamp(batch, 0, 0, EVENT_TIME_MICROS, 0, 1);
    return batch;
  }
}
