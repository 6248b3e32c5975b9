package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.protocol.ErrorCode;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expects the broker to refuse. */
final class ExpectedRefusals {

  private ExpectedRefusals() {}

  /** The message of the refusal with this code. */
  static AbstractStringAssert<?> assertRefused(ErrorCode code, ThrowingCallable call) {
    BrokerException refusal = catchThrowableOfType(BrokerException.class, call);
    assertThat(refusal).as("a refusal with " + code).isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    return assertThat(refusal.getMessage());
  }
}
