package io.millrace.torture;

/** The broker does not run though it should; the message holds the end of its log. */
final class BrokerDownException extends Exception {

  private static final long serialVersionUID = 1L;

  BrokerDownException(String message) {
    super(message);
  }
}
