package io.millrace.protocol.wire;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/** A frame that breaks the protocol, with the field and the rule it breaks. */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  WireException(ErrorCode code, String message) {
    super(message);
    this.code = Objects.requireNonNull(code, "code");
  }

  /**
   * What kind of breach: {@code MALFORMED_FRAME}, {@code UNKNOWN_API}, {@code UNSUPPORTED_VERSION}
   * or {@code INVALID_REQUEST}. After the last one both sides still agree where the next frame
   * begins and what was asked, so the connection can go on.
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
