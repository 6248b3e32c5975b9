package io.millrace.server.http;

import io.millrace.security.Principal;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.security.Authorizer;
import io.millrace.server.security.Session;
import io.millrace.server.settings.ConnectionSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.status.PageRoute;
import io.millrace.server.tls.ListenerTls;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flow.FlowControlHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * The listener of the HTTP port. It has an event loop of its own, because the shared event loops
 * own the partitions: a scrape of thousands of metrics would delay their appends. Any thread.
 */
final class HttpListener implements Listener {

  private static final String ALPN = "http/1.1";

  /** Small, because requests are short, and the requests of one read wait in memory. */
  private static final int READ_BYTES = 4 * 1024;

  private final Map<String, PageRoute> pages;
  private final Authorizer authorizer;
  private final ListenerContext context;
  private final EventLoops loop;
  private final ListenAddress address;
  private final RequestCheck check;
  private final HttpTimes times;
  private final HttpConnections connections;
  private final Optional<ListenerTls> tls;
  private final CostlyPages costly = new CostlyPages();
  private Channel serverChannel;

  private HttpListener(HttpListenerSettings settings, ListenerContext context, EventLoops loop) {
    this.pages = new TreeMap<>(context.pages());
    this.authorizer = context.authorizer();
    this.context = context;
    this.loop = loop;
    this.address = settings.address();
    this.check = new RequestCheck(settings.allowedHosts());
    ConnectionSettings common = context.clientSettings().connections();
    this.times =
        new HttpTimes(settings.requestTimeout(), common.idleTimeout(), common.writeStallTimeout());
    this.connections = new HttpConnections(context.observer());
    this.tls = context.tls(HttpListenerProvider.NAME, settings.tls(), ALPN);
  }

  /**
   * Binds the listener and serves.
   *
   * @throws ListenException if the address cannot be bound
   */
  static HttpListener open(HttpListenerSettings settings, ListenerContext context)
      throws ListenException {
    HttpListener listener =
        new HttpListener(settings, context, EventLoops.open("millrace-http", 1));
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
    return connections.unsentBytes();
  }

  /** None: a request without its end is a few kilobytes. */
  @Override
  public long unfinishedBytes() {
    return 0;
  }

  /** Only stops accepting: clients repeat a request for a page that is lost. */
  @Override
  public CompletableFuture<Void> drain(Duration timeout) {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    serverChannel.close().addListener(closed -> drained.complete(null));
    return drained;
  }

  /** Closes the connections first: a loop that ends does not free what their handlers hold. */
  @Override
  public void close() {
    serverChannel.close();
    connections.closeAll();
    costly.close();
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
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      channel.close(); // the client has gone
      return;
    }
    connections.add(channel, remote);
    Session session = new Session(Principal.ANONYMOUS, remote);
    channel.closeFuture().addListener(closed -> session.close());
    HttpDeadlines deadlines = new HttpDeadlines(channel, times, connections, tls);
    TextCheck text = new TextCheck(deadlines);
    channel.pipeline().addLast(deadlines);
    Optional<PageLogin> login = login(channel, session, remote);
    if (tls.isPresent()) { // no lambda: it would load the class without TLS
      tls.get()
          .addTo(
              channel,
              text::refusePlaintext,
              name ->
                  login.ifPresentOrElse(
                      required -> required.certificatePrincipal(name),
                      () -> session.authenticated(new Principal(name))));
    }
    PageGate gate =
        new PageGate(
            new Pages(pages, costly, authorizer, session), login, channel.eventLoop()::execute);
    channel.pipeline().addLast(handlers(gate, check, deadlines, text));
  }

  /** Empty if the broker requires no credential. */
  private Optional<PageLogin> login(Channel channel, Session session, InetSocketAddress remote) {
    return context.authenticationRequired()
        ? Optional.of(
            new PageLogin(
                channel,
                session,
                AddressBlock.of(remote.getAddress()),
                context::authentication,
                costly))
        : Optional.empty();
  }

  /** The handlers after the deadlines, which decode requests, make pages and encode them. */
  static ChannelHandler[] handlers(
      PageGate pages, RequestCheck check, HttpDeadlines deadlines, TextCheck text) {
    return new ChannelHandler[] {
      text,
      new StrictRequestDecoder(),
      new HttpResponseEncoder(),
      new FlowControlHandler(),
      new PageHandler(pages, check, deadlines)
    };
  }
}
