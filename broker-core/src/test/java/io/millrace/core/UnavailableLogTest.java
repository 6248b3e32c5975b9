package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForwardingLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UnavailableLogTest {

  private static final LogId ID = new LogId(new UUID(1, 2), 0);
  private static final List<DamagedOffsets> DAMAGE =
      List.of(new DamagedOffsets(0, 3, "broken, says the test"));

  @Test
  void aLogThatHasFailedKeepsItsDamage() {
    UnavailableLog known = new UnavailableLog(ID, cause(), offsets(), 7, DAMAGE);
    PartitionLog failed =
        UnavailableLog.failed(new ForwardingLog(known) {}, TakeoverStorage.fenced(ID));
    assertThat(failed.damage()).isEqualTo(DAMAGE);
    assertThat(failed.sizeBytes()).isEqualTo(7);
  }

  @Test
  void aLogThatIsNotOpenHasNoEpoch() {
    assertThatThrownBy(UnavailableLog.neverOpened(ID, cause())::epoch)
        .isInstanceOf(StorageException.class)
        .hasMessage("broken, says the test");
  }

  private static LogOffsets offsets() {
    return new LogOffsets(0, 3, 3);
  }

  private static StorageException cause() {
    return new StorageException(ErrorCode.STORAGE_FAILED, "broken, says the test");
  }
}
