package io.millrace.server.listener;

import io.millrace.core.Broker;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.EmptyResponse;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.server.config.ServerConfig;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The listening socket of the native protocol and its connections. Any thread. */
public final class NativeListener implements AutoCloseable {

  /**
   * Connections beyond the limit that are told so; those beyond these are closed without a word.
   */
  private static final int MAX_TURNED_AWAY = 128;

  private static final int BACKLOG = 1024;

  /** One read goes from the least to the most as a connection sends more, and back. */
  private static final int LEAST_READ_BYTES = 1024;

  private static final int FIRST_READ_BYTES = 4096;
  private static final int MOST_READ_BYTES = 512 * 1024;

  /** Then the next connection has its turn. With four, one connection was no faster. */
  private static final int READS_A_TURN = 1;

  private final Service service;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  /** On their way out from the start: they take nobody's place. */
  private final Set<Connection> turnedAway = ConcurrentHashMap.newKeySet();

  private Channel serverChannel;

  private NativeListener(Service service) {
    this.service = service;
  }

  /**
   * Binds the listener and serves.
   *
   * @param broker not closed by the listener
   * @param loops not closed by the listener
   * @param version of the broker's software
   * @param whereHttpIs told to those who speak HTTP to the native port, a sentence
   * @throws IOException if the address cannot be bound
   */
  public static NativeListener open(
      ServerConfig config,
      Broker broker,
      EventLoops loops,
      String version,
      String whereHttpIs,
      ListenerObserver observer)
      throws IOException {
    Service service =
        new Service(
            config.limits(),
            config.connections(),
            routes(broker, config.topics().partitions()),
            SupportedVersions.ofThisBuild(),
            greeting(config, broker, version),
            whereHttpIs,
            observer);
    NativeListener listener = new NativeListener(service);
    listener.bind(config.listen(), loops);
    return listener;
  }

  /** The port that it is bound to. */
  public int port() {
    return ((InetSocketAddress) serverChannel.localAddress()).getPort();
  }

  /** Open connections, without those that were one too many and are on their way out. */
  public int connections() {
    return connections.size();
  }

  /** Bytes that wait to be taken by all clients together. */
  public long unsentBytes() {
    return connections.stream().mapToLong(connection -> connection.outbox().unsentBytes()).sum();
  }

  /**
   * Accepts no more connections, tells every client to go and answers what is under way, for at
   * most {@code timeout}; then closes what is left. Blocks.
   */
  public void drain(Duration timeout) {
    serverChannel.close().awaitUninterruptibly();
    for (Connection connection : connections) {
      connection.execute(
          () ->
              connection.goAway(
                  ErrorCode.SHUTTING_DOWN,
                  "the broker is shutting down; reconnect when it is back",
                  timeout));
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    for (Connection connection : connections) {
      connection
          .channel()
          .closeFuture()
          .awaitUninterruptibly(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }
    closeAll(connections);
    closeAll(turnedAway);
  }

  private static void closeAll(Set<Connection> some) {
    some.forEach(connection -> connection.channel().close().awaitUninterruptibly());
  }

  /** Closes every connection at once. */
  @Override
  public void close() {
    drain(Duration.ZERO);
  }

  private void bind(ServerConfig.Listen listen, EventLoops loops) throws IOException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops.group())
            .channel(loops.serverChannel())
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                        LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES)
                    .maxMessagesPerRead(READS_A_TURN))
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(Outbox.LOW_WATER_BYTES, Outbox.HIGH_WATER_BYTES))
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    accept(channel);
                  }
                })
            .bind(new InetSocketAddress(listen.host(), listen.port()))
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw bound.cause() instanceof IOException e ? e : new IOException(bound.cause());
    }
    serverChannel = bound.channel();
  }

  /** On the event loop of the new channel. */
  private void accept(Channel channel) {
    int max = service.limits().maxConnections();
    boolean full = connections.size() >= max;
    if (full && turnedAway.size() >= MAX_TURNED_AWAY) {
      channel.close();
      return;
    }
    Connection connection = new Connection(channel, service);
    Set<Connection> home = full ? turnedAway : connections;
    home.add(connection);
    channel.closeFuture().addListener(closed -> home.remove(connection));
    connection.open();
    if (full) {
      connection.goAway(
          ErrorCode.TOO_MANY_CONNECTIONS,
          "the broker has "
              + max
              + " connections, as many as limits.maxConnections allows; try again later",
          Connection.LINGER);
    }
  }

  private static Routes routes(Broker broker, int defaultPartitions) {
    Routes routes =
        new Routes()
            .add(Api.PING, PingRequest.class, (ping, call) -> call.answer(new EmptyResponse()))
            .add(Api.PRODUCE, ProduceRequest.class, new ProduceHandler(broker));
    new ProducerHandler(broker).addTo(routes);
    new TopicHandler(broker, defaultPartitions).addTo(routes);
    new SubscriptionHandler(broker).addTo(routes);
    new QueryHandler(broker).addTo(routes);
    return routes;
  }

  private static HelloResponse greeting(ServerConfig config, Broker broker, String version) {
    ServerConfig.Limits limits = config.limits();
    return new HelloResponse(
        broker.brokerId(),
        version,
        limits.maxFrameBytes(),
        Math.toIntExact(limits.maxEventBytes()),
        Math.toIntExact(limits.maxBatchBytes()),
        Math.toIntExact(config.connections().idleTimeout().toMillis()),
        SupportedVersions.ofThisBuild().toList());
  }
}
