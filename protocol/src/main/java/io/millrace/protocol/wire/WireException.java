package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/** Thrown for a frame that violates the protocol. The message names the field and the rule. */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  WireException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code");
  }

  /**
   * The error for the other side: {@code MALFORMED_FRAME}, {@code UNKNOWN_API}, {@code
   * UNSUPPORTED_VERSION} or {@code INVALID_REQUEST}. After {@code INVALID_REQUEST} the connection
   * can stay open, because the request and the end of its frame are known.
   */
  public ErrorCode code() {
    return code;
  }

  static WireException malformed(String message) {
    return new WireException(ErrorCode.MALFORMED_FRAME, message);
  }

  static WireException invalid(String message) {
    return new WireException(ErrorCode.INVALID_REQUEST, message);
  }
}
