package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.GapBatch;
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

  /** A gap is read, replayed and counted like a batch; no search by time finds it. */
  @Test
  default void aGapIsABatchWithoutEvents() {
    append(2, 200, 100, 1);
    appendGap(1000);
    append(1, 200, 200, 1);
    appendGap(5);
    assertThat(log().offsets().end()).isEqualTo(1008);
    assertThat(readAll(500)).hasSize(3);
    assertThat(log().firstBatchAtOrAfter(101, 0, 1008)).isEqualTo(1002);
    assertThat(log().firstBatchAtOrAfter(201, 0, 1008)).isEqualTo(1008);
    Replayed replayed = new Replayed();
    makeDurable();
    restart(replayed);
    assertThat(replayed.baseOffsets).containsExactly(0L, 2L, 1002L, 1003L);
    assertThat(log().offsets().end()).isEqualTo(1008);
    assertThat(readAll(0)).hasSize(4);
  }

  @Test
  default void noSearchByTimeFindsAGapAtTheStart() {
    appendGap(5);
    append(1, 200, 100, 1);
    assertThat(log().firstBatchAtOrAfter(Long.MIN_VALUE, 0, 6)).isEqualTo(5);
  }

  private void appendGap(int offsets) {
    ByteBuffer gap = GapBatch.of(offsets);
    LogOffsets now = log().offsets();
    BatchHeader.stamp(gap, 0, now.end(), 1, now.durable(), log().epoch());
    log().append(gap);
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
