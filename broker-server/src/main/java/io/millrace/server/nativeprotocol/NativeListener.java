package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.audit.ListenerAudit;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.security.Authorizer;
import io.millrace.server.settings.Limits;
import io.millrace.server.settings.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener of the native protocol: a listening socket and its connections. Any thread. */
final class NativeListener implements Listener {

  private static final Logger LOG = LoggerFactory.getLogger(NativeListener.class);

  /** The name of the protocol in ALPN. */
  private static final String ALPN = "millrace/1";

  private static final int BACKLOG = 1024;

  /** The limit for closing all channels. It is reached only if an event loop is blocked. */
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  /**
   * The number of reads from one connection before the event loop serves the next connection. With
   * four, a single connection was no faster.
   */
  private static final int READS_PER_LOOP = 1;

  private final ListenAddress address;
  private final ConnectionContext context;
  private final DirectMemory memory;
  private final OpenConnections connections;
  private Channel serverChannel;

  private NativeListener(ListenAddress address, ConnectionContext context, DirectMemory memory) {
    this.address = address;
    this.context = context;
    this.memory = memory;
    connections =
        new OpenConnections(context.settings().limits(), context.authentication().isPresent());
  }

  /**
   * Binds the listener and serves.
   *
   * @throws ListenException if the address cannot be bound
   */
  static NativeListener open(NativeListenerSettings settings, ListenerContext server)
      throws ListenException {
    Broker broker = server.broker().join();
    ListenerObserver observer = server.observer();
    DirectMemory memory = DirectMemory.ofThisJvm(server.clientSettings().limits().maxFrameBytes());
    ConnectionContext context =
        new ConnectionContext(
            server.clientSettings(),
            routes(server, broker),
            new Greeting(SupportedVersions.ofThisBuild(), info(server, broker), httpHint(server)),
            observer,
            RequestTimers.of(observer),
            new FrameMemory(memory.frameBytes(), System::nanoTime),
            ConnectionMemory.of(broker.memory()),
            quotas(server),
            server.authentication(),
            server.tls(NativeListenerProvider.NAME, settings.tls(), ALPN));
    NativeListener listener = new NativeListener(settings.address(), context, memory);
    listener.follow(server.authorizer());
    if (context.authentication().isPresent()) { // no lambda: it would load the class
      listener.connections.checkLogins(context.authentication().get());
    }
    listener.bind(server.loops());
    return listener;
  }

  private void follow(Authorizer authorizer) {
    ChangedAccess changed = new ChangedAccess(authorizer);
    authorizer.onChange(() -> connections.forEach(changed::check));
  }

  @Override
  public List<ListenAddress> addresses() {
    return List.of(address.boundTo(((InetSocketAddress) serverChannel.localAddress()).getPort()));
  }

  /** Without the connections over the limit. */
  @Override
  public int connections() {
    return connections.withPlace();
  }

  @Override
  public long unsentBytes() {
    return connections.unsentBytes();
  }

  @Override
  public long unfinishedBytes() {
    return context.frameMemory().usedBytes();
  }

  @Override
  public CompletableFuture<Void> drain(Duration timeout) {
    CompletableFuture<Void> unbound = new CompletableFuture<>();
    serverChannel.close().addListener(closed -> unbound.complete(null));
    return unbound
        .thenCompose(closed -> connections.sendAway(timeout))
        .completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    List<ChannelFuture> closing = new ArrayList<>();
    closing.add(serverChannel.close());
    connections.sendAway(Duration.ZERO);
    closing.addAll(connections.close());
    await(closing);
  }

  private static void await(List<ChannelFuture> closing) {
    long deadline = System.nanoTime() + LONGEST_CLOSE.toNanos();
    for (ChannelFuture each : closing) {
      each.awaitUninterruptibly(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    long open = closing.stream().filter(each -> !each.isDone()).count();
    if (open > 0) {
      LOG.warn(
          "event=close_timeout listener=native channels={} limit={}",
          open,
          TimeSpan.format(LONGEST_CLOSE));
    }
  }

  private void bind(EventLoops loops) throws ListenException {
    serverChannel =
        loops.bind(
            new ServerBootstrap()
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                    ChannelOption.RECVBUF_ALLOCATOR,
                    new ReadSizes(
                            memory.readBytes(),
                            connections::size,
                            context.tls().isPresent()
                                ? ReadSizes.MAX_ENCRYPTED_BYTES
                                : ReadSizes.MAX_BYTES)
                        .maxMessagesPerRead(READS_PER_LOOP))
                .childOption(
                    ChannelOption.WRITE_BUFFER_WATER_MARK,
                    new WriteBufferWaterMark(
                        FrameWriter.LOW_WATER_BYTES, FrameWriter.HIGH_WATER_BYTES))
                .childHandler(
                    new ChannelInitializer<>() {
                      @Override
                      protected void initChannel(Channel channel) {
                        accept(channel);
                      }
                    }),
            address);
  }

  /** Accepts a connection. Event loop of the new channel. */
  private void accept(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      channel.close(); // the client has gone
      return;
    }
    AddressBlock address = AddressBlock.of(remote.getAddress());
    connections.open(new NativeConnection(channel, address, context), address);
  }

  private static Routes routes(ListenerContext server, Broker broker) {
    Routes routes =
        ApiTable.routes(
            broker,
            server.clientSettings().defaultPartitions(),
            server.authorizer(),
            new SummaryHandler(
                broker,
                server.softwareVersion(),
                server::summary,
                new VisibleTopics(broker, server.authorizer())));
    AccessApis.addTo(routes, server.accessService(), server.authorizer(), server::reload);
    Optional<ListenerAudit> audit = server.audit();
    // No lambda here: it would load the classes without an audit log.
    return audit.isPresent()
        ? RequestAudit.of(audit.get(), server.authorizer(), broker).watch(routes)
        : routes;
  }

  /** Without a lambda, which would load the class if there are no quotas. */
  private static Optional<ListenerQuotas> quotas(ListenerContext server) {
    if (server.quotas().isEmpty()) {
      return Optional.empty();
    }
    long maxRecordsBytes = server.clientSettings().limits().maxUncompressedBatchBytes();
    return Optional.of(ListenerQuotas.of(server.quotas().get(), Math.toIntExact(maxRecordsBytes)));
  }

  private static BrokerInfo info(ListenerContext server, Broker broker) {
    Limits limits = server.clientSettings().limits();
    return new BrokerInfo(
        broker.brokerId(),
        server.softwareVersion(),
        limits.maxFrameBytes(),
        Math.toIntExact(limits.maxEventBytes()),
        Math.toIntExact(limits.maxBatchBytes()),
        Math.toIntExact(server.clientSettings().connections().idleTimeout().toMillis()),
        SupportedVersions.ofThisBuild().toList());
  }

  private static String httpHint(ListenerContext server) {
    return server.addressesOf("http").stream()
        .findFirst()
        .map(http -> "Health and metrics are on HTTP port " + http.port() + ".")
        .orElse("Its HTTP port is disabled (http.enabled).");
  }
}
