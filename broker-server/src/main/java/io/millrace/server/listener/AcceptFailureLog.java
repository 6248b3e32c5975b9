package io.millrace.server.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.concurrent.TimeUnit;
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
  private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private long failures;
  private long loggedNanos;

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    long now = System.nanoTime();
    failures++;
    if (failures > 1 && now - loggedNanos < INTERVAL_NANOS) {
      return;
    }
    loggedNanos = now;
    LOG.warn(
        "event=accept_failed address={} failures={} reason=\"{}\"",
        context.channel().localAddress(),
        failures,
        cause.toString());
  }
}
