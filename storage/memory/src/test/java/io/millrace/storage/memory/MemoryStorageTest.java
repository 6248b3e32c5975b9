package io.millrace.storage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.EngineFixture;
import io.millrace.storage.ForcedLogContract;
import io.millrace.storage.LogContract;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.RecordingListener;
import io.millrace.storage.Replayed;
import org.junit.jupiter.api.Test;

class MemoryStorageTest extends ForcedLogContract {

  @Override
  protected EngineFixture newFixture() {
    return new MemoryFixture();
  }

  @Test
  void aPowerFailureLosesWhatWasNotForced() {
    append(2, 10_000);
    makeDurable();
    append(2, 10_000);
    LogStorage next = ((MemoryStorage) storage()).afterPowerFailure();
    try (PartitionLog recovered = opened(next, ID, new Replayed(), new RecordingListener())) {
      assertThat(recovered.offsets()).isEqualTo(new LogOffsets(0, 2, 2));
      assertThat(LogContract.readAll(recovered, 0)).hasSize(1);
    }
  }

  @Test
  void aFullStorageRefusesAppendsUntilRetentionMakesRoom() {
    for (int i = 0; i < 15; i++) {
      append(1, 1 << 20);
    }
    LogContract.assertCode(ErrorCode.DISK_FULL, () -> append(1, 2 << 20));
    assertThat(log().offsets().end()).isEqualTo(15);
    makeDurable();
    log().checkpoint(15, new byte[0]);
    log().retain(Long.MAX_VALUE, 0);
    append(1, 2 << 20);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(14, 15, 16));
  }
}
