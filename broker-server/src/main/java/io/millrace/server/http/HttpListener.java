package io.millrace.server.http;

import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Principal;
import io.millrace.server.security.Session;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.status.PageRoute;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The listener of the HTTP port. It has an event loop of its own, because the shared event loops
 * own the partitions: a scrape of thousands of metrics would delay their appends. Any thread.
 */
final class HttpListener implements Listener {

  private static final int MAX_CONNECTIONS = 100;

  /** Small, because requests are short, and the requests of one read wait in memory. */
  private static final int READ_BYTES = 4 * 1024;

  private static final int IDLE_SECONDS = 60;

  private final Map<String, PageRoute> pages;
  private final Authorizer authorizer;
  private final EventLoops loop;
  private final ListenAddress address;
  private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
  private Channel serverChannel;

  private HttpListener(ListenAddress address, ListenerContext context, EventLoops loop) {
    this.pages = new TreeMap<>(context.pages());
    this.authorizer = context.authorizer();
    this.loop = loop;
    this.address = address;
  }

  /**
   * Binds the listener and serves.
   *
   * @throws ListenException if the address cannot be bound
   */
  static HttpListener open(ListenAddress address, ListenerContext context) throws ListenException {
    HttpListener listener = new HttpListener(address, context, EventLoops.open("millrace-http", 1));
    try {
      listener.bind();
    } catch (ListenException | RuntimeException e) {
      listener.loop.close();
      throw e;
    }
    return listener;
  }

  @Override
  public List<ListenAddress> addresses() {
    return List.of(address.boundTo(((InetSocketAddress) serverChannel.localAddress()).getPort()));
  }

  @Override
  public int connections() {
    return connections.size();
  }

  @Override
  public long unsentBytes() {
    return connections.stream().mapToLong(HttpListener::unsentBytes).sum();
  }

  private static long unsentBytes(Channel channel) {
    ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
    return unsent == null ? 0 : unsent.totalPendingWriteBytes();
  }

  /** None: a request without its end is a few kilobytes. */
  @Override
  public long unfinishedBytes() {
    return 0;
  }

  /** Only stops accepting: every request is answered at once, so that none is in flight. */
  @Override
  public CompletableFuture<Void> drain(Duration timeout) {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    serverChannel.close().addListener(closed -> drained.complete(null));
    return drained;
  }

  @Override
  public void close() {
    loop.close();
  }

  private void bind() throws ListenException {
    serverChannel =
        loop.bind(
            new ServerBootstrap()
                .childOption(
                    ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
                .childHandler(
                    new ChannelInitializer<>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        accept(channel);
                      }
                    }),
            address);
  }

  private void accept(Channel channel) {
    connections.add(channel);
    channel.closeFuture().addListener(closed -> connections.remove(channel));
    if (connections.size() > MAX_CONNECTIONS) {
      channel.close();
      return;
    }
    Session session = new Session(Principal.ANONYMOUS, channel.remoteAddress());
    channel.closeFuture().addListener(closed -> session.close());
    channel
        .pipeline()
        .addLast(new ReadTimeoutHandler(IDLE_SECONDS, TimeUnit.SECONDS))
        .addLast(handlers(new PageHandler(pages, authorizer, session)));
  }

  /** The handlers that decode requests, make pages and encode them. */
  static ChannelHandler[] handlers(PageHandler pages) {
    return new ChannelHandler[] {
      new HttpServerCodec(), new HttpServerKeepAliveHandler(), new FlowControlHandler(), pages
    };
  }
}
