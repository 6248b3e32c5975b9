package io.millrace.torture;

/** The broker does not run although it should. The message has the last lines of its log. */
final class BrokerDownException extends Exception {

  private static final long serialVersionUID = 1L;

  BrokerDownException(String message) {
    super(message);
  }
}
