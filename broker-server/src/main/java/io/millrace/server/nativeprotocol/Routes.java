package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Request;
import java.util.EnumMap;
import java.util.Map;

/** The table from api to handler. Filled before the first connection, then only read. */
final class Routes {

  private final Map<Api, RequestHandler<Request>> handlers = new EnumMap<>(Api.class);

  <R extends Request> Routes add(Api api, Class<R> type, RequestHandler<R> handler) {
    handlers.put(api, (request, pending) -> handler.handle(type.cast(request), pending));
    return this;
  }

  /**
   * Hands the request to its handler, and refuses the request with the exception that the handler
   * throws.
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
