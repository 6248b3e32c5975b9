package io.millrace.group;

import io.millrace.protocol.ErrorCode;

/** Ends a decision with a {@link Reply.Refusal}. Never leaves the package. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode error;

  RefusedException(ErrorCode error, String message) {
    super(message, null, false, false);
    this.error = error;
  }

  Reply.Refusal reply() {
    return new Reply.Refusal(error, getMessage());
  }
}
