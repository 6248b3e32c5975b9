package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SourceBytesTest {

  private final SourceBytes divider = new SourceBytes(1 << 20);

  private static void add(BatchBuilder builder, String source, int valueBytes) {
    byte[] value = new byte[valueBytes];
    assertThat(builder.add(source.getBytes(StandardCharsets.UTF_8), 1, null, value, List.of()))
        .isTrue();
  }

  private static ByteBuffer finish(BatchBuilder builder) {
    return builder.finish(BatchHeader.NO_PRODUCER, (short) -1, BatchHeader.NO_SEQUENCE);
  }

  private Map<String, Long> divide(ByteBuffer batch) {
    Map<String, Long> parts = new LinkedHashMap<>();
    divider.divide(batch, parts::put);
    return parts;
  }

  @ParameterizedTest
  @EnumSource(BatchCodec.class)
  void eachSourceGetsItsPart(BatchCodec codec) {
    BatchBuilder builder = new BatchBuilder(1 << 20, codec);
    for (int i = 0; i < 100; i++) {
      add(builder, "small", 100);
      add(builder, "large", 300);
    }
    ByteBuffer batch = finish(builder);
    int size = batch.remaining();

    Map<String, Long> parts = divide(batch);

    assertThat(batch.remaining()).isEqualTo(size);
    assertThat(parts).containsOnlyKeys("small", "large");
    assertThat(parts.get("small")).isBetween(size * 22L / 100, size * 30L / 100);
    assertThat(parts.get("large")).isBetween(size * 70L / 100, size * 78L / 100);
  }

  @Test
  void aSourceAloneGetsTheWholeBatch() {
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    add(builder, "only", 10_000);
    ByteBuffer batch = finish(builder);
    assertThat(divide(batch).get("only")).isBetween(batch.remaining() * 99L / 100, 11_000L);
  }

  @Test
  void manySourcesAndTheNextBatch() {
    BatchBuilder many = new BatchBuilder(1 << 20, BatchCodec.NONE);
    for (int i = 0; i < 1000; i++) {
      add(many, "source-" + i, 10);
    }
    assertThat(divide(finish(many))).hasSize(1000);
    BatchBuilder one = new BatchBuilder(1 << 20, BatchCodec.NONE);
    add(one, "next", 10);
    assertThat(divide(finish(one))).hasSize(1);
  }

  @Test
  void forgedBytesAreRefusedAndNothingElse() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BatchBuilder builder = new BatchBuilder(1 << 20, BatchCodec.NONE);
    add(builder, "a", 50);
    add(builder, "b", 50);
    ByteBuffer good = finish(builder);
    byte[] bytes = new byte[good.remaining()];
    good.get(bytes);
    for (int i = 0; i < 10_000; i++) {
      byte[] forged = bytes.clone();
      forged[random.nextInt(forged.length)] = (byte) random.nextInt();
      try {
        divider.divide(ByteBuffer.wrap(forged), (source, part) -> {});
      } catch (InvalidBatchException expected) {
        assertThat(expected.getMessage()).as("seed %s", seed).isNotEmpty();
      }
    }
    assertThatThrownBy(() -> divider.divide(ByteBuffer.allocate(3), (source, part) -> {}))
        .isInstanceOf(InvalidBatchException.class);
  }
}
