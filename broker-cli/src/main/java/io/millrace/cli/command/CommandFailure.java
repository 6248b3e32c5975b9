package io.millrace.cli.command;

/**
 * The failure of a command. The message says what failed, where, and what to do next; it is printed
 * without a stack trace.
 */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** A failure with {@link ExitCode#FAILED}. */
  public CommandFailure(String message) {
    super(message);
  }

  /** A failure with {@link ExitCode#FAILED} and its cause. */
  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
