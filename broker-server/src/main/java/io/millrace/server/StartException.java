package io.millrace.server;

/**
 * The broker could not start, and has closed again what it had opened. The message is ready for the
 * user: what failed, where, and the next step.
 */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
