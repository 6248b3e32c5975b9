package io.millrace.server.http;

import io.millrace.protocol.Quoted;
import io.millrace.server.listener.MemoryShortage;
import io.millrace.server.status.StatusPage;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers GET and HEAD of known paths, one request at a time: it handles the next request when the
 * client has taken the answer to the last one, and the other connections had their turn. Requests
 * that were read and not handled yet wait in the {@link io.netty.handler.flow.FlowControlHandler}
 * before this handler. The body of a request is ignored. After the answer to a request that breaks
 * a rule, the connection is closed. Event loop of the connection.
 */
final class PageHandler extends SimpleChannelInboundHandler<HttpObject> {

  private static final Logger LOG = LoggerFactory.getLogger(PageHandler.class);

  private static final MemoryShortage SHORTAGE = new MemoryShortage();

  /** The ways to authenticate, for a client that gets 401. */
  private static final List<String> CHALLENGES =
      List.of("Bearer realm=\"millrace\"", "Basic realm=\"millrace\", charset=\"UTF-8\"");

  private static final int RETRY_AFTER_SECONDS = 60;

  private final PageGate pages;
  private final RequestCheck check;
  private final HttpDeadlines deadlines;

  private boolean closing;
  private long bodyBytes;

  PageHandler(PageGate pages, RequestCheck check, HttpDeadlines deadlines) {
    this.pages = pages;
    this.check = check;
    this.deadlines = deadlines;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext ctx, HttpObject message) {
    if (closing) {
      return;
    }
    if (message instanceof HttpRequest request) {
      deadlines.requestBegins();
      bodyBytes = 0;
      answer(ctx, request);
    } else if (message.decoderResult().isFailure()) {
      end(); // the request has been answered
    }
    if (message instanceof HttpContent content) {
      bodyBytes += content.content().readableBytes();
      if (bodyBytes > RequestCheck.MAX_BODY_BYTES) {
        end();
      } else if (message instanceof LastHttpContent) {
        deadlines.requestComplete();
      }
    }
  }

  private void answer(ChannelHandlerContext ctx, HttpRequest request) {
    Optional<StatusPage> refusal = check.refusal(request);
    // A client that expects 100-continue may send its body or not. So the next request has no
    // certain start.
    closing =
        refusal.isPresent()
            || HttpUtil.is100ContinueExpected(request)
            || !HttpUtil.isKeepAlive(request);
    ctx.channel().config().setAutoRead(false);
    boolean head = request.method().equals(HttpMethod.HEAD);
    CompletableFuture<StatusPage> page =
        refusal.map(CompletableFuture::completedFuture).orElseGet(() -> pages.page(request));
    if (page.isDone()) {
      send(ctx, page.join(), head);
    } else {
      deadlines.pageBegins();
      page.thenAccept(made -> ctx.executor().execute(() -> send(ctx, made, head)));
    }
  }

  private void send(ChannelHandlerContext ctx, StatusPage page, boolean head) {
    deadlines.answerBegins(page.body().length);
    ctx.writeAndFlush(response(page, head, closing))
        .addListener(
            sent -> {
              deadlines.answerTaken();
              if (closing) {
                deadlines.linger();
              } else {
                readNext(ctx);
              }
            });
  }

  /**
   * Scheduled, so that the event loop first reads from the other connections, and accepts new ones.
   * It runs submitted tasks for up to a second before it looks at the network.
   */
  private static void readNext(ChannelHandlerContext ctx) {
    ctx.executor()
        .schedule(() -> ctx.channel().config().setAutoRead(true), 0, TimeUnit.NANOSECONDS);
  }

  private void end() {
    closing = true;
    deadlines.linger();
  }

  static FullHttpResponse response(StatusPage page, boolean head, boolean closing) {
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(page.status()),
            head ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(page.body()));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, page.contentType())
        .set(HttpHeaderNames.CONTENT_LENGTH, page.body().length)
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("x-content-type-options", "nosniff");
    if (page.status() == HttpResponseStatus.METHOD_NOT_ALLOWED.code()) {
      response.headers().set(HttpHeaderNames.ALLOW, Pages.ALLOWED_METHODS);
    }
    if (page.status() == HttpResponseStatus.UNAUTHORIZED.code()) {
      response.headers().set(HttpHeaderNames.WWW_AUTHENTICATE, CHALLENGES);
    }
    if (page.status() == HttpResponseStatus.TOO_MANY_REQUESTS.code()) {
      response.headers().set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
    }
    if (closing) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    return response;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof OutOfMemoryError shortage) {
      SHORTAGE.closes(Quoted.logValue(String.valueOf(ctx.channel().remoteAddress())), shortage);
    } else if (!(cause instanceof IOException)) {
      LOG.warn("event=http_connection_failed remote={}", ctx.channel().remoteAddress(), cause);
    }
    ctx.close();
  }
}
