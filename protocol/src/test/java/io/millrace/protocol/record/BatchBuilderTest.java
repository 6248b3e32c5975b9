package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchBuilderTest {

  private static final int TARGET = 10_000;
  private static final int MAX = 100_000;

  /** Beside its value, the record of such an event has 13 bytes. */
  private static final int LARGEST_VALUE = MAX - BatchHeader.BYTES - 13;

  private static final byte[] SOURCE = TestEvent.utf8("s");

  private final BatchBuilder builder = new BatchBuilder(TARGET, MAX, BatchCodec.NONE);

  @Test
  void fillsUpToTheTargetAndSaysSo() {
    int events = 0;
    while (add(new byte[100])) {
      events++;
    }

    assertThat(builder.recordCount()).isEqualTo(events);
    assertThat(builder.sizeBytes()).isBetween(TARGET - 110, TARGET);
    assertThat(add(new byte[TARGET - builder.sizeBytes() - 7])).isTrue();
    assertThat(builder.sizeBytes()).isEqualTo(TARGET);
    assertThat(add(null)).isFalse();
  }

  @Test
  void anEventThatDoesNotFitChangesNothing() {
    add(new byte[10]);
    ByteBuffer before = copy(builder.finish(-1, (short) -1, -1));
    builder.reset();

    add(new byte[10]);
    assertThat(builder.add(TestEvent.utf8("other"), 9, null, new byte[TARGET], List.of()))
        .isFalse();
    ByteBuffer after = builder.finish(-1, (short) -1, -1);

    assertThat(after).isEqualTo(before);
  }

  @Test
  void aLargeEventHasABatchOfItsOwn() {
    byte[] large = new byte[LARGEST_VALUE];

    assertThat(add(large)).isTrue();
    assertThat(add(null)).isFalse();
    ByteBuffer batch = builder.finish(-1, (short) -1, -1);

    assertThat(batch.remaining()).isEqualTo(MAX);
    assertThat(valueOf(batch)).isEqualTo(large);
    builder.reset();
    assertThat(add(new byte[1])).isTrue();
  }

  @Test
  void anEventBehindOthersDoesNotUseTheRoomOfALargeOne() {
    add(new byte[1]);

    assertThat(add(new byte[TARGET])).isFalse();
  }

  @Test
  void refusesAnEventThatNoBatchCanHold() {
    assertThatThrownBy(() -> add(new byte[LARGEST_VALUE + 1]))
        .isInstanceOfSatisfying(
            InvalidBatchException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.EVENT_TOO_LARGE))
        .hasMessageContaining("a batch of 100001 bytes; limit 100000");
    assertThat(builder.isEmpty()).isTrue();
    assertThat(add(new byte[1])).isTrue();
  }

  @Test
  void refusesASourceThatIsNotAllowed() {
    for (byte[] source : List.of(new byte[0], new byte[256], new byte[] {'a', (byte) 0x80})) {
      assertThatThrownBy(() -> builder.add(source, 0, null, null, List.of()))
          .isInstanceOfSatisfying(
              InvalidBatchException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SOURCE));
    }
    assertThat(builder.isEmpty()).isTrue();
  }

  @Test
  void holdsManySources() {
    BatchBuilder roomy = new BatchBuilder(1 << 20, BatchCodec.NONE);
    BatchReader reader = new BatchReader(1 << 20);
    for (int i = 0; i < 6_000; i++) {
      assertThat(roomy.add(TestEvent.utf8("source-" + i % 2_000), i, null, null, List.of()))
          .isTrue();
    }

    reader.open(roomy.finish(-1, (short) -1, -1), 0);

    for (int i = 0; reader.next(); i++) {
      assertThat(reader.source()).isEqualTo("source-" + i % 2_000);
      assertThat(reader.sourceIndex()).isEqualTo(i % 2_000);
    }
  }

  @Test
  void sizeIsTheLengthOfTheBatchBeforeCompression() {
    add(new byte[5_000]);

    assertThat(builder.finish(-1, (short) -1, -1).remaining()).isEqualTo(builder.sizeBytes());
  }

  @ParameterizedTest
  @EnumSource(names = {"LZ4", "ZSTD"})
  void compressesWhatBecomesSmaller(BatchCodec codec) {
    BatchBuilder packing = new BatchBuilder(TARGET, codec);
    packing.add(SOURCE, 0, null, new byte[5_000], List.of());

    ByteBuffer batch = packing.finish(-1, (short) -1, -1);

    assertThat(BatchHeader.codec(batch, 0)).isEqualTo(codec.code());
    assertThat(batch.remaining()).isLessThan(300);
    assertThat(BatchHeader.recordsBytes(batch, 0))
        .isEqualTo(packing.sizeBytes() - BatchHeader.BYTES);
  }

  @ParameterizedTest
  @EnumSource(names = {"LZ4", "ZSTD"})
  void leavesAsItIsWhatWouldNotBecomeSmaller(BatchCodec codec) {
    byte[] noise = new byte[5_000];
    new Random(1).nextBytes(noise);
    BatchBuilder packing = new BatchBuilder(TARGET, codec);
    packing.add(SOURCE, 0, null, noise, List.of());

    ByteBuffer batch = packing.finish(-1, (short) -1, -1);

    assertThat(BatchHeader.codec(batch, 0)).isEqualTo(BatchCodec.NONE.code());
    assertThat(batch.remaining()).isEqualTo(packing.sizeBytes());
    assertThat(valueOf(batch)).isEqualTo(noise);
  }

  @ParameterizedTest
  @EnumSource
  void finishesAgainWithAnotherIdentity(BatchCodec codec) {
    BatchBuilder packing = new BatchBuilder(TARGET, codec);
    packing.add(SOURCE, 0, null, new byte[5_000], List.of());
    packing.finish(1, (short) 0, 0);

    ByteBuffer batch = packing.finish(2, (short) 3, 44);

    assertThat(BatchHeader.producerId(batch, 0)).isEqualTo(2);
    assertThat(BatchHeader.producerEpoch(batch, 0)).isEqualTo((short) 3);
    assertThat(BatchHeader.baseSequence(batch, 0)).isEqualTo(44);
    assertThat(BatchRules.headerCrcViolation(batch, 0)).isNull();
    assertThat(BatchRules.payloadCrcViolation(batch, 0)).isNull();
    assertThat(batch.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void refusesToFinishNothingAndToAddToAFinishedBatch() {
    assertThatThrownBy(() -> builder.finish(-1, (short) -1, -1))
        .isInstanceOf(IllegalStateException.class);

    add(null);
    builder.finish(-1, (short) -1, -1);
    assertThatThrownBy(() -> add(null)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void boundsTheSizeOfARecord() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> sources = TestEvent.sources(random, 20);
    for (int i = 0; i < 500; i++) {
      TestEvent event = TestEvent.random(random, sources);
      BatchBuilder single = new BatchBuilder(1 << 20, BatchCodec.NONE);
      event.addTo(single);
      int bytes = single.sizeBytes() - BatchHeader.BYTES;

      assertThat(event.maxRecordBytes())
          .as("seed %d, %s", seed, event)
          .isBetween(bytes, bytes + 21);
    }
  }

  @Test
  void refusesATargetThatHoldsNoRecordOrPassesTheMaximum() {
    assertThatThrownBy(() -> new BatchBuilder(BatchHeader.BYTES, BatchCodec.NONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new BatchBuilder(2_000, 1_999, BatchCodec.NONE))
        .hasMessageContaining("a batch of 2000 to 1999 bytes");
  }

  private boolean add(byte[] value) {
    return builder.add(SOURCE, 0, null, value, List.of());
  }

  private static byte[] valueOf(ByteBuffer batch) {
    BatchReader reader = new BatchReader(MAX);
    reader.open(batch, 0);
    reader.next();
    return reader.value();
  }

  private static ByteBuffer copy(ByteBuffer batch) {
    byte[] bytes = new byte[batch.remaining()];
    batch.get(0, bytes);
    return ByteBuffer.wrap(bytes);
  }
}
