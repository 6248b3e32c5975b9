package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.ForeignProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Detects HTTP and TLS in the first bytes of a connection, and answers that this is the native
 * port. Removes itself from the pipeline if the bytes may be a frame. Event loop of the connection.
 */
final class ProtocolSniffer extends ByteToMessageDecoder {

  /** Fired when the client has got an HTTP answer and the connection can be closed. */
  enum Event {
    ANSWERED
  }

  private final String httpAnswer;

  /**
   * @param httpHint the sentence of the answer that says where HTTP is served
   */
  ProtocolSniffer(String httpHint) {
    String body =
        "This is the native port of a Millrace broker; it does not support HTTP.\n"
            + httpHint
            + "\n";
    httpAnswer =
        "HTTP/1.1 400 Bad Request\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n"
            + "Connection: close\r\n\r\n"
            + body;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < ForeignProtocol.BYTES) {
      return;
    }
    Optional<ForeignProtocol> foreign = ForeignProtocol.of(in);
    if (foreign.isEmpty()) {
      ctx.pipeline().remove(this);
      return;
    }
    in.skipBytes(in.readableBytes());
    switch (foreign.get()) {
      case HTTP -> answerHttp(ctx);
      case TLS ->
          ctx.fireUserEventTriggered(
              new ProtocolViolation(
                  ErrorCode.MALFORMED_FRAME,
                  "the connection began with a TLS ClientHello; this port does not support TLS;"
                      + " connect without TLS, or set tls.certificate and tls.key of the broker"));
    }
  }

  /**
   * Answers a client that did not begin with TLS on a port that needs it. Only the first bytes are
   * looked at.
   */
  void refusePlaintext(ChannelHandlerContext ctx, ByteBuf first) {
    if (ForeignProtocol.of(first).equals(Optional.of(ForeignProtocol.HTTP))) {
      answerHttp(ctx);
    } else {
      ctx.fireUserEventTriggered(
          new ProtocolViolation(
              ErrorCode.TLS_REQUIRED,
              "the connection began without TLS; this port accepts TLS only; connect with TLS"));
    }
  }

  private void answerHttp(ChannelHandlerContext ctx) {
    ctx.write(ctx.alloc().buffer().writeBytes(httpAnswer.getBytes(StandardCharsets.UTF_8)));
    ctx.fireUserEventTriggered(Event.ANSWERED);
  }
}
