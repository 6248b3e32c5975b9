package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import org.junit.jupiter.api.Test;

/** The contract of an engine whose logs are forced by the caller. */
public abstract class ForcedLogContract extends LogStorageContract {

  private ForcedLog forcedLog() {
    assertThat(log()).isInstanceOf(ForcedLog.class);
    return (ForcedLog) log();
  }

  @Test
  void anAppendMovesEndAndOnlyAForceMovesDurable() {
    append(5, 200);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 0, 5));
    assertThat(log().sizeBytes()).isEqualTo(200);

    assertThat(forcedLog().force()).isEqualTo(5);
    append(2, 300);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 5, 7));
    assertThat(log().sizeBytes()).isEqualTo(500);
  }

  @Test
  void aForcedLogReportsNothing() {
    append(5, 200);
    forcedLog().force();
    log().close();
    assertThat(listener().durable()).isEmpty();
    assertThat(listener().failure()).isNull();
  }

  @Test
  void aClosedLogIsNotForced() {
    append(1, 200);
    ForcedLog forced = forcedLog();
    log().close();
    LogContract.assertCode(ErrorCode.STORAGE_FAILED, forced::force);
  }

  @Test
  void retentionNeverPassesDurable() {
    for (int i = 0; i < 100; i++) {
      append(1, 10_000);
      if (i == 29) {
        makeDurable();
      }
    }
    assertThat(retain(ALL, 0)).isBetween(1L, 30L);
    makeDurable();
    assertThat(retain(ALL, 0)).isGreaterThan(50);
  }

  @Test
  void aCheckpointCannotPassDurable() {
    append(2, 200);
    assertThatThrownBy(() -> log().checkpoint(2, new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
