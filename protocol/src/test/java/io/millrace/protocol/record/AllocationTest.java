package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is done once per event leaves nothing for the garbage collector. */
class AllocationTest {

  private static final int EVENTS = 20_000;

  /**
   * The allocation that each batch may need. One object of 16 bytes for each event would be 20
   * times as much.
   */
  private static final long BYTES_PER_BATCH = 16_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final byte[] first = TestEvent.utf8("vehicle-1");
  private final byte[] second = TestEvent.utf8("vehicle-2");
  private final byte[] key = new byte[10];
  private final byte[] value = new byte[100];
  private final List<RecordHeader> headers = List.of(new RecordHeader("trace", new byte[8]));
  private final byte[] copied = new byte[value.length];

  @ParameterizedTest
  @EnumSource
  void growsWithBatchesNotWithEvents(BatchCodec codec) {
    BatchBuilder builder = new BatchBuilder(8 << 20, codec);
    BatchCheck check = new BatchCheck(new BatchLimits(1 << 20, 8 << 20, 8 << 20));
    BatchReader reader = new BatchReader(8 << 20);
    roundTrip(builder, check, reader);

    long before = threads.getCurrentThreadAllocatedBytes();
    roundTrip(builder, check, reader);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).isLessThan(BYTES_PER_BATCH);
  }

  private void roundTrip(BatchBuilder builder, BatchCheck check, BatchReader reader) {
    builder.reset();
    for (int i = 0; i < EVENTS; i++) {
      builder.add(i % 3 == 0 ? first : second, i, key, value, headers);
    }
    ByteBuffer batch = builder.finish(1, (short) 0, 0);
    check.check(batch);
    reader.open(batch, 0);
    int characters = 0;
    while (reader.next()) {
      reader.copyValue(copied, 0);
      characters += reader.source().length() + reader.keyLength();
    }
    assertThat(characters).isEqualTo(EVENTS * (first.length + key.length));
  }
}
