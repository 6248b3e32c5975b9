package io.millrace.client.internal.producer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PartitionerTest {

  @Test
  void keyGoesToThePartitionThatTheProtocolPageDefines() {
    // CRC-32C("123456789") is 0xE3069283, the check value of RFC 3720.
    byte[] key = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(Partitioner.ofKey(key, 1000)).isEqualTo((int) (0xE3069283L % 1000));
    assertThat(Partitioner.ofKey(key, 1)).isZero();
  }

  @Test
  void stickyPartitionMovesOnceForSeveralThreads() {
    Partitioner partitioner = new Partitioner(3, 2, 1);
    assertThat(partitioner.sticky()).isEqualTo(2);
    assertThat(partitioner.afterSticky(2)).isZero();
    assertThat(partitioner.afterSticky(2)).isZero();
    assertThat(partitioner.afterSticky(0)).isEqualTo(1);
  }

  @Test
  void stickyPartitionMovesAfterSeveralBatchesInARow() {
    Partitioner partitioner = new Partitioner(2, 0, 3);
    assertThat(partitioner.afterSticky(0)).isZero();
    assertThat(partitioner.afterSticky(0)).isZero();
    assertThat(partitioner.afterSticky(0)).isEqualTo(1);
    assertThat(partitioner.afterSticky(0)).as("of a batch that was full long ago").isEqualTo(1);
    assertThat(partitioner.afterSticky(1)).isEqualTo(1);
    assertThat(partitioner.afterSticky(1)).isEqualTo(1);
    assertThat(partitioner.afterSticky(1)).isZero();
  }
}
