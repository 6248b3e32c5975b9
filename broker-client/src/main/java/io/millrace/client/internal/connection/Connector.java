package io.millrace.client.internal.connection;

import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.client.internal.security.ClientTlsContexts;
import io.millrace.client.internal.security.SecurityThread;
import io.millrace.client.internal.security.TlsContext;
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
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Opens TCP connections to the broker, with the socket options of the client. Keeps what one
 * attempt to connect learns for the next. Event loop only, except the constructor.
 */
public final class Connector {

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

  private final EventLoop eventLoop;
  private final HostResolver resolver;
  private final AddressOrder order = new AddressOrder();
  private final Bootstrap bootstrap;
  private final BrokerAddress server;
  private final ClientSecurity security;
  private final Optional<ClientTlsContexts> tls;
  private final SecurityThread securityThread = new SecurityThread();

  /**
   * @param names finds the addresses of the broker's host, at each attempt to connect
   */
  public Connector(
      ClientSettings settings,
      EventLoop eventLoop,
      Class<? extends SocketChannel> channel,
      NameService names) {
    this.eventLoop = eventLoop;
    this.server = settings.server();
    this.security = settings.security();
    this.tls = security.tls().map(files -> new ClientTlsContexts(files, server.host()));
    this.resolver = new HostResolver(eventLoop, names, settings.connectTimeout());
    this.bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channel(channel)
            .disableResolver()
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                        MIN_RECEIVE_BYTES, FIRST_RECEIVE_BYTES, MAX_RECEIVE_BYTES)
                    .maxMessagesPerRead(RECEIVES_PER_RUN));
  }

  /** The event loop of the connections. Any thread. */
  EventLoop eventLoop() {
    return eventLoop;
  }

  HostResolver resolver() {
    return resolver;
  }

  AddressOrder order() {
    return order;
  }

  /** What the connections of one attempt use. */
  ClientSecurityContext security(Optional<TlsContext> context) {
    return new ClientSecurityContext(security, context, securityThread, eventLoop);
  }

  /**
   * Returns the TLS of the next connections, with the files as they are now; empty for connections
   * without TLS.
   *
   * @return completes on the event loop; its failure is a {@link
   *     io.millrace.client.internal.security.TlsSetupException}
   */
  Future<Optional<TlsContext>> tls() {
    return tls.map(
            contexts -> securityThread.call(eventLoop, () -> Optional.of(contexts.current())))
        .orElseGet(() -> eventLoop.newSucceededFuture(Optional.empty()));
  }

  /**
   * Starts to connect to one address.
   *
   * @param connection handles the channel once it is connected
   * @param context encrypts the connection; empty for a connection without TLS
   */
  ChannelFuture connect(
      ClientConnection connection,
      Optional<TlsContext> context,
      InetSocketAddress address,
      int timeoutMs) {
    return bootstrap
        .clone()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMs)
        .handler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                context.ifPresent(with -> with.encrypt(channel, server.host(), server.port()));
                channel.pipeline().addLast(new ClientFrameDecoder(), connection);
              }
            })
        .connect(address);
  }
}
