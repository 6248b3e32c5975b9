package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Request;
import io.millrace.server.security.Authorizer;
import java.util.EnumMap;
import java.util.Map;

/**
 * The table of the apis: for each the permission that a request needs, and its handler. Filled
 * before the first connection is accepted, then only read.
 */
final class Routes {

  private final Map<Api, RequestHandler<Request>> handlers = new EnumMap<>(Api.class);
  private final Authorizer authorizer;

  Routes(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  <R extends Request> Routes add(
      Api api, Class<R> type, Access<R> access, RequestHandler<R> handler) {
    handlers.put(
        api,
        (request, pending) -> {
          R typed = type.cast(request);
          access.require(authorizer, pending.session(), typed);
          handler.handle(typed, pending);
        });
    return this;
  }

  /**
   * Asks the authorizer, and hands the request to its handler. Refuses the request with the
   * exception that either throws.
   */
  void handle(Request request, PendingRequest pending) {
    RequestHandler<Request> handler = handlers.get(request.api());
    if (handler == null) {
      pending.refuse(ErrorCode.UNKNOWN_API, request.api() + " is not served by this listener");
      return;
    }
    try {
      handler.handle(request, pending);
    } catch (RuntimeException e) {
      pending.refuse(e);
    }
  }
}
