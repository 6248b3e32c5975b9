package io.millrace.server.listener;

import io.millrace.server.log.LineLimit;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that a listener cannot accept connections, for example because the process has too many
 * files open; at most once a minute. It is the last handler of a listening channel. The handler
 * before it is Netty's acceptor, which has then paused for a second. A client that connects
 * meanwhile waits in the backlog of the kernel. Event loop of the channel.
 */
final class AcceptFailureLog extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(AcceptFailureLog.class);

  private final LineLimit lines = new LineLimit();

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    long failures = lines.count();
    if (failures > 0) {
      LOG.warn(
          "event=accept_failed address={} failures={} reason=\"{}\"",
          context.channel().localAddress(),
          failures,
          cause.toString());
    }
  }
}
