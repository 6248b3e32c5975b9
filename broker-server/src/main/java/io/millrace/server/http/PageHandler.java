package io.millrace.server.http;

import io.millrace.core.BrokerException;
import io.millrace.protocol.ErrorCode;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import io.millrace.server.status.PageRoute;
import io.millrace.server.status.StatusPage;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD of known paths. One request at a time: the next is taken when the client has
 * taken the answer to the last. What comes with a request is thrown away. Event loop of its
 * connection; a {@link io.netty.handler.flow.FlowControlHandler} before it holds back what was read
 * already.
 */
final class PageHandler extends SimpleChannelInboundHandler<HttpObject> {

  private static final String ALLOWED = "GET, HEAD";

  private static final Logger LOG = LoggerFactory.getLogger(PageHandler.class);

  private final Map<String, PageRoute> pages;
  private final Authorizer authorizer;
  private final Session session;

  PageHandler(Map<String, PageRoute> pages, Authorizer authorizer, Session session) {
    this.pages = pages;
    this.authorizer = authorizer;
    this.session = session;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (message instanceof HttpRequest request) {
      answer(ctx, request);
    } else if (message.decoderResult().isFailure()) {
      ctx.close();
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request) {
    StatusPage page = pageFor(request);
    boolean head = request.method().equals(HttpMethod.HEAD);
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(page.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.body().length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (page.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
      response.headers().set(HttpHeaderNames.ALLOW, ALLOWED);
    }
    ctx.channel().config().setAutoRead(false);
    ctx.writeAndFlush(response).addListener(sent -> ctx.channel().config().setAutoRead(true));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (!(cause instanceof IOException) && !(cause instanceof ReadTimeoutException)) {
      LOG.warn("event=http_connection_failed remote={}", ctx.channel().remoteAddress(), cause);
    }
    ctx.close();
  }

  private StatusPage pageFor(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return StatusPage.text(400, "invalid HTTP request: " + request.decoderResult().cause());
    }
    PageRoute route = pages.get(pathOf(request.uri()));
    if (route == null) {
      return StatusPage.text(
          404, "page not found; the pages are " + String.join(", ", pages.keySet()));
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return StatusPage.text(405, request.method() + " is not allowed; allowed are " + ALLOWED);
    }
    try {
      return route.page(authorizer, session);
    } catch (BrokerException e) {
      return e.code() == ErrorCode.NOT_AUTHORIZED
          ? StatusPage.text(403, e.getMessage())
          : failed(request, e);
    } catch (RuntimeException e) {
      return failed(request, e);
    }
  }

  private static StatusPage failed(HttpRequest request, RuntimeException cause) {
    LOG.error("event=http_page_failed path={}", request.uri(), cause);
    return StatusPage.text(500, "the page could not be created; see the broker's log");
  }

  private static String pathOf(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
