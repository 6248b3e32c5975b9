package io.millrace.server.tls;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;

/** Answers a client that did not begin with TLS on a port that needs it. */
@FunctionalInterface
public interface PlaintextAnswer {

  /** The number of first bytes that there are at least. */
  int BYTES = 4;

  /**
   * Answers the client and has its connection closed. What the client sends is thrown away. Event
   * loop of the connection.
   *
   * @param first the bytes that came first; not changed, and only used within the call
   */
  void to(ChannelHandlerContext ctx, ByteBuf first);
}
