package io.millrace.client.internal.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReconnectPausesTest {

  private final ReconnectPauses pauses =
      new ReconnectPauses(
          new BackoffRange(Duration.ofMillis(50), Duration.ofSeconds(2)), new Random(1));

  private long after(ErrorCode code) {
    return pauses.afterFailure(new MillraceException(code, "refused"));
  }

  @ParameterizedTest
  @EnumSource(names = {"AUTHENTICATION_FAILED", "AUTHENTICATION_REQUIRED", "CREDENTIAL_EXPIRED"})
  void areLongerAfterRefusedCredentials(ErrorCode code) {
    assertThat(after(code)).isBetween(500L, 1000L);
    assertThat(after(code)).isBetween(1000L, 2000L);
    for (int i = 0; i < 5; i++) {
      after(code);
    }
    assertThat(after(code)).isBetween(15_000L, 30_000L);
  }

  @ParameterizedTest
  @EnumSource(names = {"SERVER_UNREACHABLE", "TLS_REQUIRED"})
  void areShortAfterOtherFailures(ErrorCode code) {
    assertThat(after(code)).isBetween(25L, 50L);
    for (int i = 0; i < 10; i++) {
      after(code);
    }
    assertThat(after(code)).isBetween(1000L, 2000L);
  }

  @Test
  void beginAgainAfterAConnection() {
    for (int i = 0; i < 10; i++) {
      after(ErrorCode.AUTHENTICATION_FAILED);
      after(ErrorCode.SERVER_UNREACHABLE);
    }
    assertThat(pauses.afterLoss(1000)).as("after a short one").isBetween(1000L, 2000L);
    assertThat(pauses.afterLoss(2001)).as("after a long one").isBetween(25L, 50L);
    assertThat(after(ErrorCode.AUTHENTICATION_FAILED)).isBetween(500L, 1000L);
  }
}
