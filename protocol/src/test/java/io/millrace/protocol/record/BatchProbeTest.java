package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.BatchProbe.State;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchProbeTest {

  @ParameterizedTest
  @EnumSource
  void findsAWholeBatchWhateverStandsAroundIt(GoldenBatch golden) {
    byte[] batch = golden.bytes().array();
    ByteBuffer log = ByteBuffer.allocate(batch.length + 100).put(30, batch).limit(0);

    BatchProbe probe = BatchProbe.at(log, 30, batch.length + 70);

    assertThat(probe).isEqualTo(new BatchProbe(State.VALID, batch.length, ""));
    assertThat(log.limit()).isZero();
  }

  @Test
  void asksForTheHeaderFirstAndThenForTheWholeBatch() {
    ByteBuffer batch = GoldenBatch.NONE.bytes();
    int length = batch.capacity();
    for (int available = 0; available < length; available++) {
      BatchProbe probe = BatchProbe.at(batch, 0, available);

      assertThat(probe.state()).as("available %d", available).isEqualTo(State.INCOMPLETE);
      assertThat(probe.length())
          .isEqualTo(available < BatchHeader.BYTES ? BatchHeader.BYTES : length);
      assertThat(probe.why()).endsWith("available " + available);
    }
  }

  @ParameterizedTest
  @EnumSource
  void findsEveryFlippedBit(GoldenBatch golden) {
    ByteBuffer batch = golden.bytes();
    for (int at = 0; at < batch.limit(); at++) {
      byte right = batch.get(at);
      for (int bit = 0; bit < 8; bit++) {
        batch.put(at, (byte) (right ^ 1 << bit));
        BatchProbe probe = BatchProbe.at(batch, 0, batch.capacity());
        assertThat(probe.state()).as("byte %d, bit %d", at, bit).isEqualTo(State.INVALID);
        assertThat(probe.why()).isNotEmpty();
      }
      batch.put(at, right);
    }
  }

  @Test
  void tellsZerosFromDamage() {
    ByteBuffer zeros = ByteBuffer.allocate(200);

    zeros.put(BatchHeader.BYTES, (byte) 1);
    assertThat(BatchProbe.at(zeros, 0, 200).state()).isEqualTo(State.ABSENT);

    zeros.put(BatchHeader.BYTES - 1, (byte) 1);
    assertThat(BatchProbe.at(zeros, 0, 200).state()).isEqualTo(State.INVALID);
  }

  @Test
  void tellsANewerVersionFromDamage() {
    ByteBuffer batch = GoldenBatch.NONE.bytes().put(BatchHeader.VERSION_AT, (byte) 2);
    assertThat(BatchProbe.at(batch, 0, batch.capacity()).state()).isEqualTo(State.INVALID);

    HandmadeBatch.seal(batch);
    BatchProbe probe = BatchProbe.at(batch, 0, batch.capacity());

    assertThat(probe.state()).isEqualTo(State.TOO_NEW);
    assertThat(probe.why()).contains("version 2 is newer than this build reads (1)");
  }

  @Test
  void doesNotTrustALengthBelowTheHeader() {
    for (int length : new int[] {Integer.MIN_VALUE, -1, 0, BatchHeader.BYTES}) {
      ByteBuffer batch = GoldenBatch.NONE.bytes().order(ByteOrder.LITTLE_ENDIAN);
      batch.putInt(BatchHeader.LENGTH, length);
      HandmadeBatch.seal(batch);

      assertThat(BatchProbe.at(batch, 0, batch.capacity()))
          .isEqualTo(
              new BatchProbe(
                  State.INVALID,
                  0,
                  "the batch's length is " + length + "; expected more than 104"));
    }
  }
}
