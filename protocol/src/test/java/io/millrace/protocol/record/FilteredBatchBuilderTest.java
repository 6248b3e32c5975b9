package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FilteredBatchBuilderTest {

  private static final int MIB = 1 << 20;
  private static final long BASE_OFFSET = 70_000;

  private final BatchReader stored = new BatchReader(MIB);
  private final BatchReader reader = new BatchReader(MIB);
  private final FilteredBatchBuilder filtered = new FilteredBatchBuilder();

  /** An event with its place. */
  private record Placed(long offset, long sequence, TestEvent event) {

    static Placed of(BatchReader reader) {
      return new Placed(reader.offset(), reader.sequence(), TestEvent.from(reader));
    }
  }

  @ParameterizedTest
  @EnumSource
  void chosenRecordsKeepTheirContentAndPlace(BatchCodec codec) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BatchBuilder builder = new BatchBuilder(64 << 10, MIB, codec);
    for (int round = 0; round < 100; round++) {
      ByteBuffer batch = batch(random, builder);
      List<Placed> chosen = new ArrayList<>();
      int every = 1 + random.nextInt(20);
      stored.open(batch, 0);
      filtered.begin(stored);
      while (stored.next()) {
        if (chosen.isEmpty() || random.nextInt(every) == 0) {
          chosen.add(Placed.of(stored));
          filtered.add();
        }
      }

      ByteBuffer result = filtered.finish();

      assertThat(read(result)).as("seed %d, round %d", seed, round).isEqualTo(chosen);
      assertHeader(result, batch, chosen);
      builder.reset();
    }
  }

  private void assertHeader(ByteBuffer result, ByteBuffer batch, List<Placed> chosen) {
    assertThat(BatchHeader.isFiltered(result, 0)).isTrue();
    assertThat(BatchHeader.nextOffset(result, 0)).isEqualTo(BatchHeader.nextOffset(batch, 0));
    assertThat(BatchHeader.appendTime(result, 0)).isEqualTo(55);
    assertThat(BatchHeader.epoch(result, 0)).isEqualTo(9);
    assertThat(BatchHeader.producerId(result, 0)).isEqualTo(5);
    assertThat(BatchHeader.producerEpoch(result, 0)).isEqualTo((short) 2);
    assertThat(BatchHeader.recordCount(result, 0)).isEqualTo(chosen.size());
    assertThat(BatchHeader.minEventTime(result, 0))
        .isEqualTo(chosen.stream().mapToLong(c -> c.event().eventTime()).min().getAsLong());
    assertThat(BatchHeader.maxEventTime(result, 0))
        .isEqualTo(chosen.stream().mapToLong(c -> c.event().eventTime()).max().getAsLong());
    long sources = 0;
    for (Placed each : chosen) {
      sources |= SourceFilter.bits(each.event().source().getBytes(StandardCharsets.UTF_8));
    }
    assertThat(BatchHeader.sourceFilter(result, 0)).isEqualTo(sources);
  }

  @Test
  void onlyALargeResultIsCompressed() {
    BatchBuilder builder = new BatchBuilder(MIB, BatchCodec.ZSTD);
    for (int i = 0; i < 10; i++) {
      TestEvent.of("s", i, null, "x".repeat(1000)).addTo(builder);
    }
    ByteBuffer batch = builder.finish(-1, (short) -1, -1);

    assertThat(BatchHeader.codec(firstOf(batch, 4), 0)).isEqualTo(BatchCodec.NONE.code());
    assertThat(BatchHeader.codec(firstOf(batch, 5), 0)).isEqualTo(BatchCodec.ZSTD.code());
  }

  @Test
  void aBatchWithoutRecordsIsNotMade() {
    BatchBuilder builder = new BatchBuilder(MIB, BatchCodec.NONE);
    TestEvent.of("s", 1, null, "x").addTo(builder);
    stored.open(builder.finish(-1, (short) -1, -1), 0);
    filtered.begin(stored);

    assertThatThrownBy(filtered::finish).isInstanceOf(IllegalStateException.class);
  }

  /** Only in a filtered batch may the last record be missing. */
  @Test
  void readerRefusesAStoredBatchWithoutItsLastRecord() {
    BatchBuilder builder = new BatchBuilder(MIB, BatchCodec.NONE);
    TestEvent.of("s", 1, null, "x").addTo(builder);
    TestEvent.of("s", 2, null, "y").addTo(builder);
    ByteBuffer result = firstOf(builder.finish(-1, (short) -1, -1), 1);
    assertThat(read(result)).hasSize(1);
    result.put(BatchHeader.FLAGS, (byte) 0);
    BatchHeader.seal(result, 0);

    assertThatThrownBy(() -> read(result)).hasMessageContaining("offset delta 0");
  }

  private ByteBuffer firstOf(ByteBuffer batch, int records) {
    stored.open(batch, 0);
    filtered.begin(stored);
    for (int i = 0; i < records; i++) {
      stored.next();
      filtered.add();
    }
    return filtered.finish();
  }

  private static ByteBuffer batch(Random random, BatchBuilder builder) {
    List<String> sources = TestEvent.sources(random, 1 + random.nextInt(40));
    int most = 1 + random.nextInt(300);
    int added = 0;
    while (added < most && TestEvent.random(random, sources).addTo(builder)) {
      added++;
    }
    ByteBuffer batch = builder.finish(5, (short) 2, 1000);
    BatchHeader.stamp(batch, 0, BASE_OFFSET, 55, BASE_OFFSET - 3, 9);
    return batch;
  }

  private List<Placed> read(ByteBuffer batch) {
    List<Placed> events = new ArrayList<>();
    reader.open(batch, 0);
    while (reader.next()) {
      events.add(Placed.of(reader));
    }
    return events;
  }
}
