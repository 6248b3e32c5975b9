package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** What a checkpoint holds is read as it was written, or not at all. */
class DerivedStateTest {

  private static final String GOLDEN =
      "4d525053010000009774b9bf" // envelope
          + "e803000000000000" // newest append time
          + "0000000000000000"
          + "01000000" // forgotten below, producers
          + "0700000000000000"
          + "0200" // id, epoch
          + "0000000000000000"
          + "0300000000000000"
          + "01" // first, next, batches
          + "0000000000000000"
          + "6400000000000000"
          + "e803000000000000"; // one batch

  private static ByteBuffer stored(long producer, int epoch, long sequence, int events, long at) {
    ByteBuffer batch = Batches.ofProducer(producer, epoch, sequence, events);
    BatchHeader.stamp(batch, 0, at, 1000, 0, 1);
    return batch;
  }

  private static DerivedState state() {
    DerivedState state = new DerivedState(10);
    state.add(stored(7, 2, 0, 3, 100), 0);
    return state;
  }

  private static ErrorCode codeOfRestoring(byte[] bytes) {
    return catchThrowableOfType(StorageException.class, () -> new DerivedState(10).restore(bytes))
        .code();
  }

  /** The bytes of version 1, written once: they must be readable for ever. */
  @Test
  void theBytesOfVersionOneAreFixed() {
    assertThat(HexFormat.of().formatHex(state().encode())).isEqualTo(GOLDEN);
  }

  @Test
  void whatWasWrittenIsRead() {
    DerivedState read = new DerivedState(10);
    read.restore(HexFormat.of().parseHex(GOLDEN));
    assertThat(read.newestAppendTimeMicros()).isEqualTo(1000);
    assertThat(read.producers().find(stored(7, 2, 0, 3, 0), 0))
        .isEqualTo(new StoredBatch(100, 103, 1000));
    assertThat(read.producers().find(stored(7, 2, 3, 1, 0), 0)).isNull();
    assertThat(read.encode()).isEqualTo(state().encode());
  }

  @Test
  void damageIsNoticed() {
    byte[] good = state().encode();
    for (int i = 0; i < good.length; i++) {
      byte[] damaged = good.clone();
      damaged[i] ^= 4;
      assertThat(codeOfRestoring(damaged)).as("byte %d", i).isEqualTo(ErrorCode.CORRUPT_LOG);
      assertThat(codeOfRestoring(Arrays.copyOf(good, i))).isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void anotherVersionIsNotMistakenForDamage() {
    SealedState newer = new SealedState("a checkpoint", "MRPS", 2);
    assertThat(codeOfRestoring(newer.seal(newer.begin(0)))).isEqualTo(ErrorCode.LOG_TOO_NEW);
  }

  @Test
  void whoWasSilentLongestIsForgottenFirstAlsoAfterARestore() {
    DerivedState state = new DerivedState(2);
    state.add(stored(1, 0, 0, 1, 0), 0);
    state.add(stored(2, 0, 0, 1, 1), 0);
    state.add(stored(1, 0, 1, 1, 2), 0);
    DerivedState restored = new DerivedState(2);
    restored.restore(state.encode());
    restored.add(stored(3, 0, 0, 1, 3), 0);
    assertThat(restored.producers().find(stored(1, 0, 1, 1, 0), 0).baseOffset()).isEqualTo(2);
    assertThat(restored.producers().find(stored(2, 0, 5, 1, 0), 0))
        .as("producer 2 was forgotten and may begin anywhere")
        .isNull();
  }

  @Test
  void aLogWhoseBeginningIsGoneMayHaveForgottenAnybody() {
    DerivedState state = new DerivedState(10);
    state.replay(stored(1, 0, 50, 1, 1000));
    assertThat(state.producers().find(stored(9, 0, 5, 1, 0), 0)).isNull();
    assertThat(state.replayedBytes()).isEqualTo(stored(1, 0, 50, 1, 0).remaining());
  }
}
