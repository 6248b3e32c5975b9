package io.millrace.server.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * The first handler of a connection that must use TLS. If the first bytes begin a TLS handshake, it
 * puts TLS in its place. Otherwise it has the client answered, and throws away all that comes. So
 * no byte that is not encrypted reaches a decoder. Event loop of the connection.
 */
final class TlsDetector extends ByteToMessageDecoder {

  private static final int HANDSHAKE_RECORD = 0x16;
  private static final int MAJOR_VERSION = 3;

  private final ListenerTls tls;
  private final PacedWrites writes;
  private final PlaintextAnswer answer;
  private boolean answered;

  TlsDetector(ListenerTls tls, PacedWrites writes, PlaintextAnswer answer) {
    this.tls = tls;
    this.writes = writes;
    this.answer = answer;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (answered) {
      in.skipBytes(in.readableBytes());
      return;
    }
    if (in.readableBytes() < PlaintextAnswer.BYTES) {
      return;
    }
    int at = in.readerIndex();
    if (in.getUnsignedByte(at) == HANDSHAKE_RECORD && in.getUnsignedByte(at + 1) == MAJOR_VERSION) {
      ctx.pipeline().replace(this, ListenerTls.HANDLER, tls.newHandler(ctx.alloc()));
      return;
    }
    answered = true;
    writes.open();
    answer.to(ctx, in);
    in.skipBytes(in.readableBytes());
  }
}
