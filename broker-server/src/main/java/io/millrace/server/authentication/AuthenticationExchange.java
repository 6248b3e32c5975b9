package io.millrace.server.authentication;

import java.util.concurrent.CompletableFuture;

/** One authentication of one client. One thread at a time. */
@FunctionalInterface
public interface AuthenticationExchange {

  /**
   * Answers the next message of the client. Not called again after a result that is not a {@link
   * AuthenticationStep.Challenge}. Does not throw for any message, and does not block.
   *
   * @return complete, unless it needs another thread: then it completes on any thread, and is no
   *     challenge
   */
  CompletableFuture<AuthenticationStep> step(byte[] message);
}
