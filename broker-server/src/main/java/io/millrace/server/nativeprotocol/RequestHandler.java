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
   * Serves a request. Ends the call, now or later; what it throws refuses the call.
   *
   * @param request its buffers live until this method returns, unless retained
   */
  void handle(R request, Call call);
}
