package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchRoundTripTest {

  private static final int MIB = 1 << 20;
  private static final BatchLimits LIMITS = new BatchLimits(MIB, 4 * MIB, 16 * MIB);

  @ParameterizedTest
  @EnumSource(BatchCodec.class)
  void whatGoesInComesOut(BatchCodec codec) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BatchBuilder builder = new BatchBuilder(64 << 10, MIB, codec);
    BatchReader reader = new BatchReader(LIMITS.maxRecordsBytes());
    BatchCheck check = new BatchCheck(LIMITS);
    for (int batch = 0; batch < 100; batch++) {
      List<String> sources = TestEvent.sources(random, 1 + random.nextInt(40));
      List<TestEvent> sent = new ArrayList<>();
      int most = 1 + random.nextInt(300);
      TestEvent event = TestEvent.random(random, sources);
      while (sent.size() < most && event.addTo(builder)) {
        sent.add(event);
        event = TestEvent.random(random, sources);
      }
      ByteBuffer bytes = builder.finish(5, (short) 2, 1000);

      check.check(bytes);

      assertThat(read(reader, bytes)).as("seed %d, batch %d", seed, batch).isEqualTo(sent);
      builder.reset();
    }
  }

  private static List<TestEvent> read(BatchReader reader, ByteBuffer batch) {
    List<TestEvent> events = new ArrayList<>();
    reader.open(batch, 0);
    while (reader.next()) {
      assertThat(reader.offset()).isEqualTo(events.size());
      assertThat(reader.sequence()).isEqualTo(1000 + events.size());
      events.add(TestEvent.from(reader));
    }
    assertThat(reader.recordCount()).isEqualTo(events.size());
    return events;
  }
}
