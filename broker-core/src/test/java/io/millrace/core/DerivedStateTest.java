package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.core.PartitionState.Needs;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.GapBatch;
import io.millrace.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A checkpoint is read as it was written, or refused. */
class DerivedStateTest {

  private static final String PRODUCERS =
      "0000000000000000"
          + "01000000" // forgotten below, producers
          + "0700000000000000"
          + "0200" // id, epoch
          + "0000000000000000"
          + "0300000000000000"
          + "01" // first, next, batches
          + "0000000000000000"
          + "6400000000000000"
          + "e803000000000000"; // one batch

  private static final String GOLDEN_2 =
      "4d52505302000000277af92a" // envelope
          + "6700000000000000" // offset
          + "e803000000000000" // newest append time
          + "01000000" // sections
          + "01000000"
          + "3f000000" // id, length
          + PRODUCERS;

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static ByteBuffer stored(long producer, int epoch, long sequence, int events, long at) {
    ByteBuffer batch = Batches.ofProducer(producer, epoch, sequence, events);
    BatchHeader.stamp(batch, 0, at, 1000, 0, 1);
    return batch;
  }

  private static DerivedState state() {
    DerivedState state = new DerivedState(TestBroker.producers(10));
    state.add(stored(7, 2, 0, 3, 100), 0);
    return state;
  }

  private static ErrorCode codeOfRestoring(byte[] bytes) {
    return catchThrowableOfType(
            StorageException.class, () -> new DerivedState(TestBroker.producers(10)).restore(bytes))
        .code();
  }

  /** The bytes of version 2, written once: they must be readable for ever. */
  @Test
  void theBytesOfVersionTwoAreFixed() {
    assertThat(HexFormat.of().formatHex(state().encode(103))).isEqualTo(GOLDEN_2);
  }

  @Test
  void whatWasWrittenIsRead() {
    DerivedState read = new DerivedState(TestBroker.producers(10));
    read.restore(bytes(GOLDEN_2));
    assertThat(read.newestAppendTimeMicros()).isEqualTo(1000);
    assertThat(read.producers().find(stored(7, 2, 0, 3, 0), 0, ProducerSecret.NONE))
        .isEqualTo(new StoredBatch(100, 103, 1000));
    assertThat(read.producers().find(stored(7, 2, 3, 1, 0), 0, ProducerSecret.NONE)).isNull();
    assertThat(read.encode(103)).isEqualTo(state().encode(103));
  }

  @Test
  void damageIsNoticed() {
    byte[] good = bytes(GOLDEN_2);
    for (int i = 0; i < good.length; i++) {
      byte[] damaged = good.clone();
      damaged[i] ^= 4;
      assertThat(codeOfRestoring(damaged)).as("byte %d", i).isEqualTo(ErrorCode.CORRUPT_LOG);
      assertThat(codeOfRestoring(Arrays.copyOf(good, i))).isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void anotherVersionIsNotMistakenForDamage() {
    StateEnvelope newer = new StateEnvelope("a checkpoint", "MRPS", 3);
    StateEnvelope older = new StateEnvelope("a checkpoint", "MRPS", 1);
    assertThat(codeOfRestoring(newer.seal(newer.begin(0)))).isEqualTo(ErrorCode.LOG_TOO_NEW);
    assertThat(codeOfRestoring(older.seal(older.begin(0)))).isEqualTo(ErrorCode.LOG_TOO_OLD);
  }

  /** Batches that such a build appends would be missing in the section. */
  @Test
  void aSectionOfANewerBuildIsRefused() {
    DerivedState newer = new DerivedState(TestBroker.producers(10), new SeenBatches(Needs.HEADERS));
    StorageException refusal =
        catchThrowableOfType(
            StorageException.class,
            () -> new DerivedState(TestBroker.producers(10)).restore(newer.encode(0)));
    assertThat(refusal.code()).isEqualTo(ErrorCode.LOG_TOO_NEW);
    assertThat(refusal).hasMessageContaining("section 77");
  }

  @Test
  void aSectionThatIsLongerOrShorterThanItsPartIsDamage() {
    for (int change : new int[] {-1, 1}) {
      ByteBuffer state = ByteBuffer.wrap(bytes(GOLDEN_2)).order(ByteOrder.LITTLE_ENDIAN);
      StateEnvelope format = new StateEnvelope("a checkpoint", "MRPS", 2);
      byte[] body = Arrays.copyOfRange(state.array(), 12, state.array().length + change);
      ByteBuffer changed = format.begin(body.length).put(body);
      changed.putInt(12 + 24, changed.getInt(12 + 24) + change);
      assertThat(codeOfRestoring(format.seal(changed))).isEqualTo(ErrorCode.CORRUPT_LOG);
    }
  }

  @Test
  void whoWasSilentLongestIsForgottenFirstAlsoAfterARestore() {
    DerivedState state = new DerivedState(TestBroker.producers(2));
    state.add(stored(1, 0, 0, 1, 0), 0);
    state.add(stored(2, 0, 0, 1, 1), 0);
    state.add(stored(1, 0, 1, 1, 2), 0);
    DerivedState restored = new DerivedState(TestBroker.producers(2));
    restored.restore(state.encode(3));
    restored.add(stored(3, 0, 0, 1, 3), 0);
    assertThat(
            restored.producers().find(stored(1, 0, 1, 1, 0), 0, ProducerSecret.NONE).baseOffset())
        .isEqualTo(2);
    assertThat(restored.producers().find(stored(2, 0, 5, 1, 0), 0, ProducerSecret.NONE))
        .as("producer 2 was forgotten and may begin anywhere")
        .isNull();
  }

  @Test
  void aGapBelongsToNoProducer() {
    DerivedState state = state();
    ByteBuffer gap = GapBatch.of(50);
    BatchHeader.stamp(gap, 0, 103, 2000, 0, 1);
    state.replay(gap);
    assertThat(state.newestAppendTimeMicros()).isEqualTo(2000);
    assertThat(state.producers().ids()).containsExactly(7L);
    assertThat(state.producers().find(stored(7, 2, 3, 1, 0), 0, ProducerSecret.NONE)).isNull();
  }

  @Test
  void aLogWhoseBeginningIsGoneMayHaveForgottenAnybody() {
    DerivedState state = new DerivedState(TestBroker.producers(10));
    state.replay(stored(1, 0, 50, 1, 1000));
    assertThat(state.producers().find(stored(9, 0, 5, 1, 0), 0, ProducerSecret.NONE)).isNull();
    assertThat(state.replayedBytes()).isEqualTo(stored(1, 0, 50, 1, 0).remaining());
  }
}
