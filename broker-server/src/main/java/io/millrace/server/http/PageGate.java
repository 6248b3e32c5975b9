package io.millrace.server.http;

import io.millrace.server.status.PageRoute;
import io.millrace.server.status.StatusPage;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * The pages of a connection, of which most need a credential if the broker requires one. Event loop
 * of the connection.
 *
 * @param login empty if the broker requires no credential
 * @param loop runs tasks on the event loop
 */
record PageGate(Pages pages, Optional<PageLogin> login, Executor loop) {

  /** The page of a request, or what the client gets instead. */
  CompletableFuture<StatusPage> page(HttpRequest request) {
    HttpMethod method = request.method();
    String path = RequestTarget.of(request.uri()).path();
    PageRoute route = pages.routes().get(path);
    if (login.isEmpty() || route != null && route.operation().isEmpty()) {
      return pages.page(method, path);
    }
    String authorization = request.headers().get(HttpHeaderNames.AUTHORIZATION);
    if (route != null && route.brief().isPresent() && !login.get().hasCredential(authorization)) {
      return CompletableFuture.completedFuture(pages.brief(path, route.brief().get()));
    }
    CompletableFuture<Optional<StatusPage>> refusal =
        login.get().login(authorization).exceptionally(busy -> Optional.of(tooBusy()));
    return refusal.isDone()
        ? after(refusal.join(), method, path)
        : refusal.thenComposeAsync(refused -> after(refused, method, path), loop);
  }

  private CompletableFuture<StatusPage> after(
      Optional<StatusPage> refusal, HttpMethod method, String path) {
    return refusal
        .map(CompletableFuture::completedFuture)
        .orElseGet(() -> pages.page(method, path));
  }

  private static StatusPage tooBusy() {
    return StatusPage.text(503, "too many passwords wait to be checked; try again, or use a token");
  }
}
