package io.millrace.server.nativeprotocol;

import io.millrace.protocol.wire.Request;

/**
 * Translates the requests of one api to calls of the core, and the results to answers. Called on
 * the event loop of the connection; must not block.
 *
 * @param <R> the request of its api
 */
@FunctionalInterface
interface RequestHandler<R extends Request> {

  /**
   * Answers or refuses a request, before this method returns or later, on any thread. An exception
   * that this method throws refuses the request.
   *
   * @param request its buffers are released when this method returns, unless they are retained
   */
  void handle(R request, PendingRequest pending);
}
