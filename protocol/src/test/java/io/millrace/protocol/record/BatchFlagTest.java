package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BatchFlagTest {

  /** The bits are part of the format: a name is added to the list, never moved. */
  @Test
  void eachFlagKeepsItsBit() {
    assertThat(Arrays.stream(BatchFlag.values()).map(flag -> flag + " " + flag.bit()))
        .containsExactly(
            "TRANSACTIONAL 1",
            "CONTROL 2",
            "ABORT 4",
            "GAP 8",
            "APPEND_TIME 16",
            "FILTERED 32",
            "COMPACTED 64");
  }

  @ParameterizedTest
  @EnumSource
  void brokerRefusesABatchWithAReservedFlag(BatchFlag flag) {
    BatchCheck check = new BatchCheck(new BatchLimits(1000, 1000, 1000));
    ByteBuffer batch = flagged(flag.bit());

    assertRefused(() -> check.check(batch), "flags are " + flag.bit() + " (" + flag + ")");
    assertRefused(
        () -> check.check(batch.duplicate().limit(BatchHeader.BYTES)),
        flag == BatchFlag.GAP ? "flags are 8 (GAP), which only a broker sets" : "flags are");
  }

  @ParameterizedTest
  @EnumSource(
      names = {"GAP", "FILTERED"},
      mode = EnumSource.Mode.EXCLUDE)
  void readerStopsAtABatchWithAReservedFlag(BatchFlag flag) {
    BatchReader reader = new BatchReader(1000);
    ByteBuffer batch = flagged(flag.bit());

    assertRefused(() -> reader.open(batch, 0), "flags are " + flag.bit() + " (" + flag + ")");
    assertThat(reader.next()).isFalse();
  }

  @Test
  void messageNamesEveryFlagThatIsSet() {
    assertThat(BatchFlag.describe(6)).isEqualTo("CONTROL, ABORT");
    assertThat(BatchFlag.describe(128)).isEqualTo("unknown");
  }

  private static void assertRefused(ThrowingCallable use, String message) {
    assertThatThrownBy(use)
        .hasMessageContaining(message)
        .isInstanceOfSatisfying(
            InvalidBatchException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.MALFORMED_BATCH));
  }

  private static ByteBuffer flagged(int flags) {
    ByteBuffer batch = HandmadeBatch.of(1, HandmadeBatch.RECORD);
    batch.put(BatchHeader.FLAGS, (byte) flags);
    return HandmadeBatch.seal(batch);
  }
}
