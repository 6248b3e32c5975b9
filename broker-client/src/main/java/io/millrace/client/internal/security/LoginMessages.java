package io.millrace.client.internal.security;

/**
 * The client's messages of one authentication with one mechanism. The methods may block; they are
 * called on the security thread, one at a time. Each fails with a {@link
 * io.millrace.client.MillraceException} with {@code AUTHENTICATION_FAILED}.
 */
public interface LoginMessages {

  /** The name of the mechanism on the wire. */
  String mechanism();

  /** Returns the first message. */
  byte[] begin();

  /**
   * Returns the answer to a message of the broker.
   *
   * @param message from a broker that has not accepted the client yet
   */
  byte[] next(byte[] message);

  /**
   * Checks the last message of the broker, which has accepted the client.
   *
   * @param message proves that the broker is the right one, if the mechanism has such a proof
   */
  void finish(byte[] message);
}
