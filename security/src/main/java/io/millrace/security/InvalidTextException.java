package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/**
 * A text is not a rule ({@code INVALID_RULE}), or not a name of a user or a role ({@code
 * INVALID_REQUEST}). The message is one line: the text, what is wrong, and what is allowed.
 */
public final class InvalidTextException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  InvalidTextException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** {@code INVALID_RULE} or {@code INVALID_REQUEST}. */
  public ErrorCode code() {
    return code;
  }
}
