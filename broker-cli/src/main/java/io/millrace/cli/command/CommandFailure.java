package io.millrace.cli.command;

import io.millrace.protocol.ErrorCode;
import io.millrace.storage.StorageException;
import java.util.Optional;

/**
 * The failure of a command. The message says what failed, where, and what to do next; it is printed
 * without a stack trace.
 */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** A failure with {@link ExitCode#FAILED}. */
  public CommandFailure(String message) {
    this(message, null);
  }

  /** A failure with {@link ExitCode#FAILED} and its cause. */
  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
    this.code = null;
  }

  /** A failure that has the code of a broker's failure. */
  public CommandFailure(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /** A failure of the files of a broker, with its code. */
  public CommandFailure(StorageException cause) {
    super(cause.getMessage(), cause);
    this.code = cause.code();
  }

  /** The error code; empty if the failure has none. */
  Optional<ErrorCode> code() {
    return Optional.ofNullable(code);
  }
}
