package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.settings.Limits;
import io.millrace.server.settings.ListenAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener of the native protocol: a listening socket and its connections. Any thread. */
final class NativeListener implements Listener {

  private static final Logger LOG = LoggerFactory.getLogger(NativeListener.class);

  /**
   * Connections over the limit that get a GO_AWAY at the same time. Further connections are closed
   * without a message.
   */
  private static final int MAX_REFUSED = 128;

  private static final int BACKLOG = 1024;

  /** The limit for closing all channels. It is reached only if an event loop is blocked. */
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

  /** The limits of the size of one read. The size adapts to the traffic of the connection. */
  private static final int MIN_READ_BYTES = 1024;

  private static final int FIRST_READ_BYTES = 4096;
  private static final int MAX_READ_BYTES = 512 * 1024;

  /**
   * The number of reads from one connection before the event loop serves the next connection. With
   * four, a single connection was no faster.
   */
  private static final int READS_PER_LOOP = 1;

  private final ListenAddress address;
  private final ConnectionContext context;
  private final Set<NativeConnection> connections = ConcurrentHashMap.newKeySet();

  /** Connections over the limit, which get a GO_AWAY. They do not count for the limit. */
  private final Set<NativeConnection> refused = ConcurrentHashMap.newKeySet();

  private Channel serverChannel;

  private NativeListener(ListenAddress address, ConnectionContext context) {
    this.address = address;
    this.context = context;
  }

  /**
   * Binds the listener and serves.
   *
   * @throws ListenException if the address cannot be bound
   */
  static NativeListener open(ListenAddress address, ListenerContext server) throws ListenException {
    Broker broker = server.broker().join();
    ListenerObserver observer = server.observer();
    ConnectionContext context =
        new ConnectionContext(
            server.clientSettings(),
            ApiTable.routes(
                broker, server.clientSettings().defaultPartitions(), server.authorizer()),
            new Greeting(SupportedVersions.ofThisBuild(), hello(server, broker), httpHint(server)),
            observer,
            RequestTimers.of(observer),
            ConnectionMemory.of(broker.memory()));
    NativeListener listener = new NativeListener(address, context);
    listener.bind(server.loops());
    return listener;
  }

  @Override
  public List<ListenAddress> addresses() {
    return List.of(address.boundTo(((InetSocketAddress) serverChannel.localAddress()).getPort()));
  }

  /** Without the connections over the limit. */
  @Override
  public int connections() {
    return connections.size();
  }

  @Override
  public long unsentBytes() {
    return connections.stream().mapToLong(connection -> connection.writer().unsentBytes()).sum();
  }

  @Override
  public CompletableFuture<Void> drain(Duration timeout) {
    CompletableFuture<Void> unbound = new CompletableFuture<>();
    serverChannel.close().addListener(closed -> unbound.complete(null));
    return unbound
        .thenCompose(closed -> sendAway(timeout))
        .completeOnTimeout(null, timeout.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Sends GO_AWAY to every client; completes when all connections are closed. */
  private CompletableFuture<Void> sendAway(Duration timeout) {
    for (NativeConnection connection : connections) {
      connection.execute(
          () ->
              connection.goAway(
                  ErrorCode.SHUTTING_DOWN,
                  "the broker is shutting down; reconnect when it is back",
                  timeout));
    }
    return CompletableFuture.allOf(
        connections.stream().map(NativeConnection::closed).toArray(CompletableFuture[]::new));
  }

  @Override
  public void close() {
    List<ChannelFuture> closing = new ArrayList<>();
    closing.add(serverChannel.close());
    sendAway(Duration.ZERO);
    connections.forEach(connection -> closing.add(connection.channel().close()));
    refused.forEach(connection -> closing.add(connection.channel().close()));
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
                    new AdaptiveRecvByteBufAllocator(
                            MIN_READ_BYTES, FIRST_READ_BYTES, MAX_READ_BYTES)
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
    int max = context.settings().limits().maxConnections();
    boolean full = connections.size() >= max;
    if (full && refused.size() >= MAX_REFUSED) {
      channel.close();
      return;
    }
    NativeConnection connection = new NativeConnection(channel, context);
    Set<NativeConnection> members = full ? refused : connections;
    members.add(connection);
    channel.closeFuture().addListener(closed -> members.remove(connection));
    connection.open();
    if (full) {
      connection.goAway(
          ErrorCode.TOO_MANY_CONNECTIONS,
          "the broker has "
              + max
              + " connections, as many as limits.maxConnections allows; try again later",
          NativeConnection.LINGER);
    }
  }

  private static HelloResponse hello(ListenerContext server, Broker broker) {
    Limits limits = server.clientSettings().limits();
    return new HelloResponse(
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
