package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an append stores, and what it refuses. */
interface AppendContract extends LogContract {

  @Test
  default void aNewLogIsEmpty() {
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 0, 0));
    assertThat(log().sizeBytes()).isZero();
    assertThat(log().epoch()).isEqualTo(1);
    assertThat(log().recovery().truncatedAt()).isEqualTo(-1);
    assertThat(log().id()).isEqualTo(ID);
    assertThat(readAll(0)).isEmpty();
  }

  @Test
  default void storedBytesAreTheAppendedBytes() {
    List<ByteBuffer> appended = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      appended.add(append(i + 1, 104 + 37 * i));
    }
    assertThat(readAll(0)).isEqualTo(appended);
  }

  @Test
  default void anAppendChangesOnlyTheProofInTheCallersBuffer() {
    ByteBuffer inTheMiddle = ByteBuffer.allocateDirect(1000).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer batch = TestBatches.next(log(), 1, 400, 1, 1);
    inTheMiddle.position(100).put(batch.duplicate()).position(100).limit(500);
    assertThat(log().append(inTheMiddle)).as("stored").isEqualTo(log().offsets().stored());
    assertThat(inTheMiddle.position()).isEqualTo(100);
    assertThat(inTheMiddle.limit()).isEqualTo(500);
    assertThat(readAll(0)).as("the buffer has what is stored").containsExactly(inTheMiddle);
    BatchHeader.putProof(inTheMiddle, 100, 0);
    assertThat(inTheMiddle).isEqualTo(batch);
  }

  @Test
  default void aBatchThatDoesNotBeginAtTheEndIsRefusedAndChangesNothing() {
    append(3, 200);
    assertThatThrownBy(() -> log().append(TestBatches.batch(4, 1, 200, 1, 1, 0, log().epoch())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3")
        .hasMessageContaining("4");
    assertThat(log().offsets().end()).isEqualTo(3);
    append(1, 200);
    assertThat(log().offsets().end()).isEqualTo(4);
  }

  @Test
  default void aBatchOfAnotherEpochIsRefusedAndChangesNothing() {
    assertThatThrownBy(() -> log().append(TestBatches.batch(0, 1, 200, 1, 1, 0, log().epoch() + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("epoch");
    assertThat(log().offsets().end()).isZero();
  }

  @Test
  default void aBatchLargerThanAUnitIsStored() {
    append(1, 200);
    ByteBuffer large = append(10, 5 * ContractSettings.SMALL_UNIT_BYTES);
    append(1, 200);
    assertThat(readAll(1).get(0)).isEqualTo(large);
    assertThat(readAll(0)).hasSize(3);
  }
}
