package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class StageFailureTest {

  private static final LogId LOG = new LogId(new UUID(1, 2), 3);

  @Test
  void theMessageOfAFailedOpeningNamesNoClass() {
    IllegalStateException cause = new IllegalStateException("says the test");
    StorageException failure = StageFailure.ofOpening(LOG, new CompletionException(cause));
    assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
    assertThat(failure).hasMessage("opening log " + LOG + " failed in the broker; see its log");
    assertThat(failure).hasCause(cause);
  }

  @Test
  void aRefusalOfTheEngineIsKept() {
    StorageException refusal = new StorageException(ErrorCode.DISK_FULL, "says the test");
    assertThat(StageFailure.ofOpening(LOG, new CompletionException(refusal))).isSameAs(refusal);
  }
}
