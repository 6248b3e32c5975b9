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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages as one session sees them. Event loop of the connection. */
record Pages(Map<String, PageRoute> routes, Authorizer authorizer, Session session) {

  static final String ALLOWED_METHODS = "GET, HEAD";

  private static final Logger LOG = LoggerFactory.getLogger(Pages.class);
  private static final LineLimit FAILURES = new LineLimit();

  /** Makes the page of a path. Whatever fails, there is a page. */
  StatusPage page(HttpMethod method, String path) {
    PageRoute route = routes.get(path);
    if (route == null) {
      return StatusPage.text(
          404, "page not found; the pages are " + String.join(", ", routes.keySet()));
    }
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      return StatusPage.text(
          405, method + " is not allowed; the allowed methods are " + ALLOWED_METHODS);
    }
    try {
      return route.page(authorizer, session);
    } catch (BrokerException e) {
      return e.code() == ErrorCode.NOT_AUTHORIZED
          ? StatusPage.text(403, e.getMessage())
          : failed(path, e);
    } catch (RuntimeException | Error e) {
      return failed(path, e);
    }
  }

  private static StatusPage failed(String path, Throwable cause) {
    long times = FAILURES.count();
    if (times > 0) {
      LOG.error("event=http_page_failed path={} times={}", path, times, cause);
    }
    return StatusPage.text(
        500, "the page could not be created: " + cause + "; see the broker's log");
  }
}
