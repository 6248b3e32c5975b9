package io.millrace.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Detects a connection that does not begin with text, such as one of a Millrace client, and answers
 * at once that this is the HTTP port. Without it, the client would wait for an answer, because its
 * bytes have no line end. Removes itself from the pipeline if the bytes may be HTTP. Event loop of
 * the connection.
 */
final class TextCheck extends ByteToMessageDecoder {

  /** No request is shorter, and the first bytes of a frame, its length, have a zero among them. */
  private static final int BYTES = 4;

  private static final String BODY =
      "This is the HTTP port of a Millrace broker, for health and metrics; clients connect to its"
          + " native port (listen.port).\n";

  private static final String TLS_BODY =
      "This is the HTTPS port of a Millrace broker; use https:// in place of http://.\n";

  private final HttpDeadlines deadlines;

  TextCheck(HttpDeadlines deadlines) {
    this.deadlines = deadlines;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < BYTES) {
      return;
    }
    if (isText(in)) {
      ctx.pipeline().remove(this);
      return;
    }
    in.skipBytes(in.readableBytes());
    answer(ctx, BODY);
  }

  /** Answers a client that did not begin with TLS on a port that needs it. */
  void refusePlaintext(ChannelHandlerContext ctx, ByteBuf first) {
    answer(ctx, TLS_BODY);
  }

  private void answer(ChannelHandlerContext ctx, String body) {
    String answer =
        "HTTP/1.1 400 Bad Request\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n"
            + "Connection: close\r\n\r\n"
            + body;
    ctx.channel().config().setAutoRead(false);
    ctx.writeAndFlush(Unpooled.wrappedBuffer(answer.getBytes(StandardCharsets.US_ASCII)))
        .addListener(sent -> deadlines.linger());
  }

  private static boolean isText(ByteBuf in) {
    for (int i = 0; i < BYTES; i++) {
      byte b = in.getByte(in.readerIndex() + i);
      if (b < ' ' && b != '\r' && b != '\n') {
        return false;
      }
    }
    return true;
  }
}
