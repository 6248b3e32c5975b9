package io.millrace.security;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/** A refused change of users, tokens or rules: a stable code, the cause and the next step. */
public final class AccessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  public AccessException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** The kind of refusal. */
  public ErrorCode code() {
    return code;
  }
}
