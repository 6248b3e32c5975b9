package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class BatchHeaderTest {

  private static final long LARGEST_DISTANCE = 0xFFFFFFFEL;

  private final ByteBuffer header =
      ByteBuffer.allocate(BatchHeader.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private long durableOffsetAfterStamp(long baseOffset, long durableOffset) {
    BatchHeader.stamp(header, 0, baseOffset, 7, durableOffset, 3);
    return BatchHeader.durableOffset(header, 0);
  }

  @Test
  void statesTheDurableOffsetUpToTheLargestDistance() {
    assertThat(durableOffsetAfterStamp(0, 0)).isZero();
    assertThat(durableOffsetAfterStamp(1L << 61, 1L << 61)).isEqualTo(1L << 61);
    assertThat(durableOffsetAfterStamp(100, 40)).isEqualTo(40);
    assertThat(durableOffsetAfterStamp(1 + LARGEST_DISTANCE, 1)).isEqualTo(1);
  }

  @Test
  void statesNothingDurableIfTheDistanceDoesNotFit() {
    assertThat(durableOffsetAfterStamp(2 + LARGEST_DISTANCE, 1)).isZero();
    assertThat(header.getInt(BatchHeader.DURABLE_DISTANCE)).isEqualTo(-1);
    assertThat(durableOffsetAfterStamp(1L << 61, 5)).isZero();
  }

  @Test
  void refusesADurableOffsetAboveTheBaseOffset() {
    assertThatThrownBy(() -> BatchHeader.stamp(header, 0, 10, 0, 11, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("durable offset 11");
    assertThatThrownBy(() -> BatchHeader.stamp(header, 0, 10, 0, -1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void noChecksumCoversTheProof() {
    BatchHeader.stamp(header, 0, 10, 7, 10, 3);
    int crc = BatchHeader.headerCrc(header, 0);
    BatchHeader.putProof(header, 0, 0x1122334455667788L);
    assertThat(BatchHeader.computeHeaderCrc(header, 0)).isEqualTo(crc);
    assertThat(BatchHeader.proof(header, 0)).isEqualTo(0x1122334455667788L);
    assertThat(BatchHeader.epoch(header, 0)).isEqualTo(3);
    BatchHeader.stamp(header, 0, 10, 7, 10, 3);
    assertThat(BatchHeader.proof(header, 0)).as("after another stamp").isZero();
  }
}
