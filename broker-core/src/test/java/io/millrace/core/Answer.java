package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;

/** The outcome of one append; reading it fails if the append was answered twice. */
final class Answer implements AppendCallback {

  private Long baseOffset;
  private long appendTimeMicros;
  private BrokerException refusal;

  /** Kept here, because the broker catches it. */
  private AssertionError answeredTwice;

  @Override
  public void appended(long baseOffset, long appendTimeMicros) {
    requireUnanswered();
    this.baseOffset = baseOffset;
    this.appendTimeMicros = appendTimeMicros;
  }

  @Override
  public void refused(BrokerException cause) {
    requireUnanswered();
    refusal = cause;
  }

  private void requireUnanswered() {
    if (isDone()) {
      answeredTwice = new AssertionError("answered twice: first " + this);
      throw answeredTwice;
    }
  }

  private void requireNotTwice() {
    if (answeredTwice != null) {
      throw answeredTwice;
    }
  }

  boolean isDone() {
    requireNotTwice();
    return baseOffset != null || refusal != null;
  }

  boolean isAppended() {
    return baseOffset != null;
  }

  long offset() {
    requireNotTwice();
    assertThat(baseOffset).as("an appended batch, but %s", this).isNotNull();
    return baseOffset;
  }

  long appendTimeMicros() {
    return appendTimeMicros;
  }

  BrokerException refusal(ErrorCode code) {
    requireNotTwice();
    assertThat(refusal).as("a refusal, but %s", this).isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    return refusal;
  }

  @Override
  public String toString() {
    return refusal != null
        ? "refused: " + refusal.getMessage()
        : baseOffset != null ? "appended at " + baseOffset : "unanswered";
  }
}
