package io.millrace.client.internal.connection;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import java.net.InetAddress;

/** Opens TCP connections to the broker, with the socket options of the client. */
final class Connector {

  /** The client stops writing batches at 4 MiB of unsent bytes, and continues below 1 MiB. */
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 4 << 20);

  private static final int MIN_RECEIVE_BYTES = 2 << 10;
  private static final int FIRST_RECEIVE_BYTES = 64 << 10;
  private static final int MAX_RECEIVE_BYTES = 1 << 20;

  /**
   * The number of receive calls in each run of the event loop. With one receive, a write waits for
   * at most one receive.
   */
  private static final int RECEIVES_PER_RUN = 1;

  private final Bootstrap bootstrap;

  Connector(ClientSettings settings, EventLoop eventLoop, Class<? extends SocketChannel> channel) {
    this.bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channel(channel)
            .remoteAddress(settings.server().unresolved())
            .resolver(HostResolver.group(InetAddress::getByName, settings.connectTimeout()))
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                        MIN_RECEIVE_BYTES, FIRST_RECEIVE_BYTES, MAX_RECEIVE_BYTES)
                    .maxMessagesPerRead(RECEIVES_PER_RUN))
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()));
  }

  /**
   * Starts one attempt to connect.
   *
   * @param connection handles the channel once it is connected
   */
  ChannelFuture connect(ClientConnection connection) {
    return bootstrap
        .clone()
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new ClientFrameDecoder(), connection);
              }
            })
        .connect();
  }
}
