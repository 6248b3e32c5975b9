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
 * Looks at the first bytes of a connection and tells those who speak another protocol what they
 * have reached. Leaves the pipeline when the bytes may be a frame.
 */
final class ProtocolSniffer extends ByteToMessageDecoder {

  /** Fired when the client was answered in its own protocol and nothing more is to be said. */
  enum Event {
    ANSWERED
  }

  private final String httpAnswer;

  /**
   * @param httpHint a sentence that says where HTTP is served
   */
  ProtocolSniffer(String httpHint) {
    String body =
        "This is the native port of a Millrace broker, it does not speak HTTP.\n" + httpHint + "\n";
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
      case HTTP -> {
        ctx.write(ctx.alloc().buffer().writeBytes(httpAnswer.getBytes(StandardCharsets.UTF_8)));
        ctx.fireUserEventTriggered(Event.ANSWERED);
      }
      case TLS ->
          ctx.fireUserEventTriggered(
              new ProtocolViolation(
                  ErrorCode.MALFORMED_FRAME,
                  "the connection began with a TLS ClientHello; this port does not speak TLS:"
                      + " connect without it"));
    }
  }
}
