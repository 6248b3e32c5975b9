package io.millrace.cli.command;

/** A command cannot do what it was asked; the message says what, where and what to do next. */
public final class CommandFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** For {@link ExitCode#FAILED}. */
  public CommandFailure(String message) {
    super(message);
  }

  /** For {@link ExitCode#FAILED}. */
  public CommandFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
