package io.millrace.server.authentication;

/** One authentication of one client. One thread at a time. */
@FunctionalInterface
public interface AuthenticationExchange {

  /**
   * Answers the next message of the client. Not called again after a result that is not a {@link
   * AuthenticationStep.Challenge}. Does not throw for any message.
   */
  AuthenticationStep step(byte[] message);
}
