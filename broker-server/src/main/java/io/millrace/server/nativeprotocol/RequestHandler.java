package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.Request;

/**
 * Translates one api between wire and core. Called on the connection's event loop; must not block.
 *
 * @param <R> the request of its api
 */
@FunctionalInterface
interface RequestHandler<R extends Request> {

  /**
   * Serves a request. Answers or refuses it, now or later; an exception that it throws refuses it.
   *
   * @param request its buffers live until this method returns, unless retained
   */
  void handle(R request, PendingRequest pending);
}
