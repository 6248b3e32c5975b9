package io.millrace.client;

import io.millrace.protocol.ErrorCode;
import java.util.Objects;

/**
 * A failed request. Its code is for programs. Its message is for people: it says what failed,
 * where, and what to do next.
 *
 * <p>Codes from 600 to 699 are failures that the client detects. For example, {@link
 * ErrorCode#SERVER_UNREACHABLE} means that no connection could be made. All other codes are
 * refusals of the broker. The client uses them too, for requests that the broker would refuse.
 */
public sealed class MillraceException extends RuntimeException
    permits EventDeletionException, EventProcessingException, PartitionReadException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** Creates a failure without a cause. */
  public MillraceException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /**
   * Creates a failure.
   *
   * @param cause may be null
   */
  public MillraceException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = Objects.requireNonNull(code, "code");
  }

  /** The kind of failure. */
  public ErrorCode code() {
    return code;
  }

  /** Whether the same call may succeed later, without a change by the caller. */
  public boolean retriable() {
    return code.retriable();
  }

  /** The name of the class, the code and the message. */
  @Override
  public String toString() {
    return getClass().getName() + ": " + code + ": " + getMessage();
  }
}
