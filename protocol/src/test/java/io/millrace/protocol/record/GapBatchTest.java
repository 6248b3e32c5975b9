package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GapBatchTest {

  /** The gap of 3 offsets at offset 42, written once. */
  private static final String GOLDEN =
      """
      68 00 00 00 4d 52 02 00 86 34 cb af 49 7f f3 be
      2a 00 00 00 00 00 00 00 40 22 35 da fe 5b 06 00
      02 00 00 00 03 00 00 00 00 00 00 00 00 00 00 00
      00 08 ff ff 00 00 00 00 ff ff ff ff ff ff ff ff
      ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 7f
      00 00 00 00 00 00 00 80 00 00 00 00 00 00 00 00
      00 00 00 00 02 00 00 00
      """;

  private static ByteBuffer golden() {
    return ByteBuffer.wrap(GoldenBatch.parse(GOLDEN)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private final BatchReader reader = new BatchReader(1000);

  @Test
  void isMadeToTheGoldenBytes() {
    ByteBuffer gap = GapBatch.of(3);
    BatchHeader.stamp(
        gap,
        0,
        GoldenBatch.BASE_OFFSET,
        GoldenBatch.APPEND_TIME,
        GoldenBatch.DURABLE_OFFSET,
        GoldenBatch.EPOCH);
    assertThat(gap).isEqualTo(golden());
  }

  @Test
  void isReadAsABatchWithoutRecords() {
    ByteBuffer gap = golden();
    assertThat(BatchHeader.isGap(gap, 0)).isTrue();
    assertThat(BatchHeader.nextOffset(gap, 0)).isEqualTo(45);
    reader.open(GoldenBatch.NONE.bytes(), 0);
    reader.open(gap, 0);
    assertThat(reader.recordCount()).isZero();
    assertThat(reader.next()).isFalse();
    assertThat(reader.appendTimeMicros()).isEqualTo(GoldenBatch.APPEND_TIME);
  }

  @Test
  void aProducerIsRefused() {
    BatchCheck check = new BatchCheck(new BatchLimits(1000, 1000, 1000));
    assertThatThrownBy(() -> check.check(GapBatch.of(1)))
        .hasMessageContaining("flags are 8 (GAP), which only a broker sets")
        .isInstanceOfSatisfying(
            InvalidBatchException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BATCH));
  }

  @ParameterizedTest
  @CsvSource({"52, 1", "52, -1", "96, 1", "100, -1"})
  void aGapThatContradictsItselfIsRefused(int at, int value) {
    ByteBuffer gap = golden().putInt(at, value);
    HandmadeBatch.seal(gap);
    assertThatThrownBy(() -> reader.open(gap, 0)).hasMessageContaining("a gap has length 104");
  }

  @Test
  void aGapWithRecordsIsRefused() {
    ByteBuffer batch = HandmadeBatch.of(1, HandmadeBatch.RECORD);
    batch.put(BatchHeader.FLAGS, (byte) BatchFlag.GAP.bit());
    HandmadeBatch.seal(batch);
    assertThatThrownBy(() -> reader.open(batch, 0)).hasMessageContaining("a gap has length 113");
  }

  @Test
  void aHeaderAloneIsNoBatchUnlessItIsAGap() {
    ByteBuffer batch = golden().put(BatchHeader.FLAGS, (byte) 0);
    HandmadeBatch.seal(batch);
    assertThatThrownBy(() -> reader.open(batch, 0)).hasMessageContaining("length is 104");
  }

  @Test
  void hasAtLeastOneOffset() {
    assertThatThrownBy(() -> GapBatch.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThat(BatchHeader.lastOffsetDelta(GapBatch.of(Integer.MAX_VALUE), 0))
        .isEqualTo(Integer.MAX_VALUE - 1);
  }
}
