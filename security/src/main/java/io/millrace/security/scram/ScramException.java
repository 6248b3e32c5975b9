package io.millrace.security.scram;

/**
 * The end of an exchange without success. The message is for the log of the broker: a client gets
 * the same answer for every reason.
 */
public final class ScramException extends Exception {

  private static final long serialVersionUID = 1L;

  ScramException(String reason) {
    // Made for each wrong password: without the cost of a stack trace.
    super(reason, null, false, false);
  }
}
