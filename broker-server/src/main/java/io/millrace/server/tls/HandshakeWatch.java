package io.millrace.server.tls;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Sees the end of the handshake: gives the principal of the client's certificate to the connection,
 * and lets its bytes pass. Reports a failure of TLS and closes the connection; later handlers do
 * not see the failure. Event loop of the connection.
 */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {

  private final ListenerTls tls;
  private final PacedWrites writes;
  private final Consumer<String> principal;
  private boolean reported;

  HandshakeWatch(ListenerTls tls, PacedWrites writes, Consumer<String> principal) {
    this.tls = tls;
    this.writes = writes;
    this.principal = principal;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      if (handshake.isSuccess()) {
        SslHandler handler = (SslHandler) ctx.pipeline().get(ListenerTls.HANDLER);
        tls.principal(handler.engine().getSession()).ifPresent(principal);
        writes.open();
      } else {
        failed(ctx, handshake.cause());
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
    Throwable cause =
        thrown instanceof DecoderException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof SSLException) {
      failed(ctx, cause);
    } else {
      ctx.fireExceptionCaught(thrown);
    }
  }

  private void failed(ChannelHandlerContext ctx, Throwable cause) {
    if (!reported) {
      reported = true;
      tls.failed(ctx.channel().remoteAddress(), cause);
    }
    ctx.channel().close();
  }
}
