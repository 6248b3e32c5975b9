package io.millrace.server.http;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.server.log.LineLimit;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import io.millrace.server.status.PageRoute;
import io.millrace.server.status.StatusPage;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages as one session sees them. Event loop of the connection. */
record Pages(
    Map<String, PageRoute> routes, CostlyPages costly, Authorizer authorizer, Session session) {

  static final String ALLOWED_METHODS = "GET, HEAD";

  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);
  private static final LineLimit FAILURES = new LineLimit();

  /** Makes the page of a path. Whatever fails, there is a page. */
  CompletableFuture<StatusPage> page(HttpMethod method, String path) {
    PageRoute route = routes.get(path);
    // A health check of HAProxy asks OPTIONS / by default.
    if (route == null && !method.equals(HttpMethod.OPTIONS)) {
      return answer(404, "page not found; the pages are " + String.join(", ", routes.keySet()));
    }
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return answer(
          405,
          method
              + " is not allowed; the allowed methods are "
              + ALLOWED_METHODS
              + "; a health check asks GET /health/ready");
    }
    try {
      route.authorize(authorizer, session);
    } catch (BrokerException e) {
      return CompletableFuture.completedFuture(refused(path, route, e));
    } catch (RuntimeException | Error e) {
      return CompletableFuture.completedFuture(failed(path, e));
    }
    return route.costly()
        ? costly.make(path, () -> made(path, route.source()))
        : CompletableFuture.completedFuture(made(path, route.source()));
  }

  /** A session that may not read the page gets the one without details, if there is one. */
  private static StatusPage refused(String path, PageRoute route, BrokerException cause) {
    if (cause.code() != ErrorCode.NOT_AUTHORIZED) {
      return failed(path, cause);
    }
    return route
        .brief()
        .map(source -> made(path, source))
        .orElseGet(() -> StatusPage.text(403, cause.getMessage()));
  }

  /** The page without details of a path. */
  StatusPage brief(String path, StatusPage.Source source) {
    return made(path, source);
  }

  private static StatusPage made(String path, StatusPage.Source source) {
    try {
      return source.get();
    } catch (RuntimeException | Error e) {
      return failed(path, e);
    }
  }

  private static CompletableFuture<StatusPage> answer(int status, String text) {
    return CompletableFuture.completedFuture(StatusPage.text(status, text));
  }

  private static StatusPage failed(String path, Throwable cause) {
    long times = FAILURES.count();
    if (times > 0) {
      LOG.error("event=http_page_failed path={} times={}", path, times, cause);
    }
    return StatusPage.text(
        500, "the page could not be created; see the broker's log (event=http_page_failed)");
  }
}
