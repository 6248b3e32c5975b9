package io.millrace.client.fake;

import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.BatchCodec;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.BatchReader;
import io.millrace.protocol.record.FilteredBatchBuilder;
import io.millrace.protocol.record.GapBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Builds stored batches. */
public final class StoredBatches {

  private StoredBatches() {}

  /**
   * An event of a batch.
   *
   * @param micros event time
   */
  public record BatchEvent(String source, long micros, String value) {}

  /** A batch as a broker delivers it. */
  public static byte[] stored(long baseOffset, BatchEvent... events) {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    for (BatchEvent event : events) {
      byte[] value = event.value().getBytes(StandardCharsets.UTF_8);
      byte[] source = event.source().getBytes(StandardCharsets.UTF_8);
      builder.add(source, event.micros(), null, value, List.of());
    }
    ByteBuffer batch = builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
    return stamped(baseOffset, batch);
  }

  /** A gap: a batch that stands for removed events. */
  public static byte[] gap(long baseOffset, int offsets) {
    return stamped(baseOffset, GapBatch.of(offsets));
  }

  /** A stored batch of which only the records with these indexes are left. */
  public static byte[] filtered(byte[] stored, Integer... left) {
    BatchReader reader = new BatchReader(1 << 20);
    FilteredBatchBuilder builder = new FilteredBatchBuilder();
    reader.open(ByteBuffer.wrap(stored), 0);
    builder.begin(reader);
    for (int i = 0; reader.next(); i++) {
      if (List.of(left).contains(i)) {
        builder.add();
      }
    }
    ByteBuffer batch = builder.finish();
    byte[] bytes = new byte[batch.remaining()];
    batch.get(bytes);
    return bytes;
  }

  private static byte[] stamped(long baseOffset, ByteBuffer batch) {
    byte[] bytes = new byte[batch.remaining()];
    batch.get(bytes);
    BatchHeader.stamp(
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN),
        0,
        baseOffset,
        FakePartition.APPEND_TIME,
        0,
        1);
    return bytes;
  }

  /** A batch of events of one source, with these values. */
  public static byte[] stored(long baseOffset, String... values) {
    BatchEvent[] events = new BatchEvent[values.length];
    for (int i = 0; i < values.length; i++) {
      events[i] = new BatchEvent("s", baseOffset + i, values[i]);
    }
    return stored(baseOffset, events);
  }
}
