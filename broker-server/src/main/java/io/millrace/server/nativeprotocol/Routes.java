package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.Request;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.HiddenResourceException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Finds the handler of a request, after the authorizer has allowed the request. Filled before the
 * first connection is accepted, then only read.
 */
final class Routes {

  private final Map<Api, RequestHandler<Request>> handlers = new EnumMap<>(Api.class);
  private final Authorizer authorizer;
  private final BiConsumer<HiddenResourceException, PendingRequest> hidden;

  /** Sees each request that is allowed, before its handler; null: none. */
  private BiConsumer<Request, PendingRequest> watcher;

  /**
   * @param hidden refuses a request for a resource that the client must not know
   */
  Routes(Authorizer authorizer, BiConsumer<HiddenResourceException, PendingRequest> hidden) {
    this.authorizer = authorizer;
    this.hidden = hidden;
  }

  <R extends Request> Routes add(
      Api api, Class<R> type, Access<R> access, RequestHandler<R> handler) {
    handlers.put(
        api,
        (request, pending) -> {
          R typed = type.cast(request);
          access.require(authorizer, pending.session(), typed);
          if (watcher != null) {
            watcher.accept(request, pending);
          }
          handler.handle(typed, pending);
        });
    return this;
  }

  /** Has each allowed request shown to a watcher, before its handler is called. */
  Routes watchedBy(BiConsumer<Request, PendingRequest> allowed) {
    watcher = allowed;
    return this;
  }

  /** Asks the authorizer, then calls the handler. An exception of either refuses the request. */
  void handle(Request request, PendingRequest pending) {
    RequestHandler<Request> handler = handlers.get(request.api());
    if (handler == null) {
      pending.refuse(ErrorCode.UNKNOWN_API, request.api() + " is not served by this listener");
      return;
    }
    try {
      handler.handle(request, pending);
    } catch (HiddenResourceException e) {
      hidden.accept(e, pending);
    } catch (RuntimeException e) {
      pending.refuse(e);
    }
  }
}
