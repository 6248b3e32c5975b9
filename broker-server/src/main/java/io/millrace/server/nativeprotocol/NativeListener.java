package io.millrace.server.nativeprotocol;

import io.millrace.core.Broker;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.listener.ConnectionPlaces;
import io.millrace.server.listener.EventLoops;
import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerObserver;
import io.millrace.server.log.LineLimit;
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
   * Connections without a place that get a GO_AWAY at the same time. Further connections are closed
   * without a message.
   */
  private static final int MAX_REFUSED = 128;

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
  private final Set<NativeConnection> connections = ConcurrentHashMap.newKeySet();

  /** Connections without a place, which get a GO_AWAY. They do not count for the limits. */
  private final Set<NativeConnection> refused = ConcurrentHashMap.newKeySet();

  private final ConnectionPlaces<NativeConnection> places;
  private final LineLimit limitLines = new LineLimit();
  private Channel serverChannel;

  private NativeListener(ListenAddress address, ConnectionContext context, DirectMemory memory) {
    this.address = address;
    this.context = context;
    this.memory = memory;
    Limits limits = context.settings().limits();
    places = new ConnectionPlaces<>(limits.maxConnections(), limits.maxConnectionsPerAddress());
  }

  /**
   * Binds the listener and serves.
   *
   * @throws ListenException if the address cannot be bound
   */
  static NativeListener open(ListenAddress address, ListenerContext server) throws ListenException {
    Broker broker = server.broker().join();
    ListenerObserver observer = server.observer();
    DirectMemory memory = DirectMemory.ofThisJvm(server.clientSettings().limits().maxFrameBytes());
    ConnectionContext context =
        new ConnectionContext(
            server.clientSettings(),
            ApiTable.routes(
                broker,
                server.clientSettings().defaultPartitions(),
                server.authorizer(),
                new SummaryHandler(broker, server.softwareVersion(), server::summary)),
            new Greeting(SupportedVersions.ofThisBuild(), hello(server, broker), httpHint(server)),
            observer,
            RequestTimers.of(observer),
            new FrameMemory(memory.frameBytes(), System::nanoTime),
            ConnectionMemory.of(broker.memory()));
    NativeListener listener = new NativeListener(address, context, memory);
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
    return places.taken();
  }

  @Override
  public long unsentBytes() {
    return connections.stream().mapToLong(connection -> connection.writer().unsentBytes()).sum();
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
                    new ReadSizes(memory.readBytes(), connections::size)
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
    NativeConnection connection = new NativeConnection(channel, address, context);
    ConnectionPlaces.Answer<NativeConnection> place = places.take(connection, address);
    if (place.limit() != null) {
      logLimit(place.limit(), address);
    }
    if (place.isRefused()) {
      connection.open();
      refuse(connection, reached(place.limit(), address) + "; try again later");
      return;
    }
    NativeConnection displaced = place.displaced();
    if (displaced != null) {
      connections.remove(displaced);
      displaced.execute(
          () ->
              refuse(
                  displaced,
                  reached(place.limit(), address)
                      + "; this connection had not sent HELLO when another one needed its place"));
    }
    connections.add(connection);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              connections.remove(connection);
              places.leave(connection);
            });
    connection.onGreeted(() -> places.settle(connection));
    connection.open();
  }

  /** Closes a connection that has no place. Event loop of the connection. */
  private void refuse(NativeConnection connection, String message) {
    if (refused.size() >= MAX_REFUSED) {
      connection.drop(ErrorCode.TOO_MANY_CONNECTIONS);
      return;
    }
    refused.add(connection);
    connection.channel().closeFuture().addListener(closed -> refused.remove(connection));
    connection.goAway(ErrorCode.TOO_MANY_CONNECTIONS, message, NativeConnection.LINGER);
  }

  private String reached(ConnectionPlaces.Limit limit, AddressBlock address) {
    Limits limits = context.settings().limits();
    return switch (limit) {
      case ALL ->
          "the broker has "
              + limits.maxConnections()
              + " connections, as many as limits.maxConnections allows";
      case ADDRESS ->
          "the broker has "
              + limits.maxConnectionsPerAddress()
              + " connections from "
              + address
              + ", as many as limits.maxConnectionsPerAddress allows";
    };
  }

  private void logLimit(ConnectionPlaces.Limit limit, AddressBlock address) {
    long times = limitLines.count();
    if (times > 0) {
      LOG.warn(
          "event=too_many_connections address={} times={} reason=\"{}\"",
          address,
          times,
          reached(limit, address));
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
