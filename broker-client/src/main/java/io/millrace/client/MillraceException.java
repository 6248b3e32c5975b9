package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/**
 * A request that failed: a code that programs can act on, and a message for people that says what
 * failed, where, and what to do next.
 *
 * <p>Codes from 600 are the client's own findings; all others are the broker's refusals, or the
 * client's of what the broker would refuse or what cannot be sent. {@link
 * ErrorCode#SERVER_UNREACHABLE} means that no connection was to be had.
 */
public final class MillraceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** A failure without a cause of its own. */
  public MillraceException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * A failure that another one caused.
   *
   * @param cause may be null
   */
  public MillraceException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** What kind of failure it is. */
  public ErrorCode code() {
    return code;
  }

  /** Whether the same call may succeed later without a change by the caller. */
  public boolean retriable() {
    return code.retriable();
  }

  /** The code's name, then the message. */
  @Override
  public String toString() {
    return getClass().getName() + ": " + code + ": " + getMessage();
  }
}
