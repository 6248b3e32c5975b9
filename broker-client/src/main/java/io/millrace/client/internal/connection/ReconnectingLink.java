package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's way to the broker: one connection at a time, made anew with growing pauses when it
 * breaks, until the link is closed or the broker has said that coming back is of no use.
 *
 * <p>State is the event loop's; {@link #open}, {@link #request}, {@link #attach}, {@link #detach}
 * and {@link #close} are for any thread.
 */
public final class ReconnectingLink implements ConnectionListener {

  private static final Logger LOG = LoggerFactory.getLogger(ReconnectingLink.class);
  private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(1 << 20, 4 << 20);
  private static final int MIN_RECEIVE_BYTES = 2 << 10;
  private static final int FIRST_RECEIVE_BYTES = 64 << 10;
  private static final int MAX_RECEIVE_BYTES = 1 << 20;

  /** Then what waits to be sent has its turn. */
  private static final int RECEIVES_A_TURN = 1;

  private final ClientSettings settings;
  private final EventLoop eventLoop;
  private final Bootstrap bootstrap;
  private final Backoff backoff;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Set<LinkListener> listeners = new LinkedHashSet<>();
  private final Set<LinkRequest> requests = new LinkedHashSet<>();

  private volatile HelloResponse broker;

  private ClientConnection connection;
  private ClientConnection current;
  private MillraceException lastFailure;
  private MillraceException end;
  private long readySinceNanos;
  private int lastSubscriptionId;

  public ReconnectingLink(
      ClientSettings settings,
      EventLoop eventLoop,
      Class<? extends SocketChannel> channel,
      RandomGenerator random) {
    this.settings = settings;
    this.eventLoop = eventLoop;
    this.backoff = settings.reconnectBackoff().start(random);
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
                    .maxMessagesPerRead(RECEIVES_A_TURN))
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()));
  }

  /** Connects for the first time; one attempt. */
  public CompletableFuture<Void> open() {
    execute(this::connect);
    return opened;
  }

  /** For one request, reconnecting included. */
  public Duration requestTimeout() {
    return settings.requestTimeout();
  }

  public EventLoop eventLoop() {
    return eventLoop;
  }

  /**
   * Runs a task on the event loop.
   *
   * @throws MillraceException {@code CLOSED} if the client is closed
   */
  public void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException shutDown) {
      throw ClientFailures.closed("client");
    }
  }

  /**
   * @throws IllegalStateException on the event loop, which must not wait for itself
   */
  public void requireOffEventLoop(String what) {
    if (eventLoop.inEventLoop()) {
      throw new IllegalStateException(
          what + " waits, which the client's event loop must not: do it on another thread");
    }
  }

  /**
   * @throws MillraceException {@code UNSUPPORTED_VERSION} if the broker is too old for this api
   */
  public void requireSpoken(Api api) {
    Handshake.requireSpoken(api, settings, broker);
  }

  /** Whom the newest connection leads to, and the limits to keep. */
  public HelloResponse broker() {
    return broker;
  }

  /** Tells the listener of this and every later connection. */
  public void attach(LinkListener listener) {
    execute(
        () -> {
          listeners.add(listener);
          if (end != null) {
            listener.failed(end);
          } else if (current != null) {
            listener.connected(current);
          }
        });
  }

  /** Tells the listener nothing more. */
  public void detach(LinkListener listener) {
    execute(() -> listeners.remove(listener));
  }

  /**
   * Sends a request, over the next connection if there is none now.
   *
   * @param repeatable whether it may be sent again when the connection broke before the answer
   * @return the answer, or a {@link MillraceException}: the refusal, {@code SERVER_UNREACHABLE},
   *     {@code REQUEST_TIMEOUT}, {@code CONNECTION_LOST}, {@code CLOSED}
   */
  public CompletableFuture<Response> request(Request request, boolean repeatable) {
    LinkRequest pending = new LinkRequest(this, request, repeatable);
    execute(() -> begin(pending));
    return pending.future();
  }

  /** Ends the link: fails what is under way and closes the connection. */
  public void close() {
    execute(() -> end(ClientFailures.closed("client")));
  }

  /** A number that no other subscription of this client has. Event loop only. */
  public int nextSubscriptionId() {
    return ++lastSubscriptionId;
  }

  private void begin(LinkRequest request) {
    if (end != null) {
      request.fail(ClientFailures.again(end));
      return;
    }
    requests.add(request);
    request.startTimer(settings.requestTimeout());
    if (current != null) {
      request.sendOver(current);
    }
  }

  /** The request has its answer or its failure. */
  void finished(LinkRequest request) {
    requests.remove(request);
  }

  /** The failure of a request whose time is up. Event loop only. */
  public MillraceException timedOut(Api api) {
    if (current == null) {
      return unreachable();
    }
    return new MillraceException(
        ErrorCode.REQUEST_TIMEOUT,
        "the broker at "
            + settings.server()
            + " did not answer "
            + api
            + " within "
            + settings.requestTimeout()
            + "; try again, or allow it more time");
  }

  private MillraceException unreachable() {
    if (lastFailure == null) {
      return ClientFailures.unreachable(settings.server(), "the last one is being closed", null);
    }
    return lastFailure.code() == ErrorCode.SERVER_UNREACHABLE
        ? ClientFailures.again(lastFailure)
        : ClientFailures.unreachable(settings.server(), lastFailure.getMessage(), lastFailure);
  }

  private void connect() {
    if (end != null) {
      return;
    }
    ClientConnection next = new ClientConnection(settings, this);
    connection = next;
    ChannelFuture attempt =
        bootstrap
            .clone()
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new ClientFrameDecoder(), next);
                  }
                })
            .connect();
    attempt.addListener(
        done -> {
          if (!done.isSuccess()) {
            Throwable why = done.cause();
            closed(
                next,
                ClientFailures.unreachable(settings.server(), ClientFailures.reason(why), why));
          }
        });
  }

  @Override
  public void ready(ClientConnection connection) {
    if (end != null) {
      connection.close(end);
      return;
    }
    current = connection;
    broker = connection.broker();
    readySinceNanos = System.nanoTime();
    LOG.debug(
        "event=connected server={} brokerId={} brokerVersion={}",
        settings.server(),
        connection.broker().brokerId(),
        connection.broker().brokerVersion());
    opened.complete(null);
    for (LinkRequest request : List.copyOf(requests)) {
      request.sendOver(connection);
    }
    for (LinkListener listener : List.copyOf(listeners)) {
      listener.connected(connection);
    }
  }

  @Override
  public void goingAway(ClientConnection connection) {
    current = null;
  }

  @Override
  public void writable(ClientConnection connection) {
    for (LinkListener listener : List.copyOf(listeners)) {
      listener.writable();
    }
  }

  @Override
  public void closed(ClientConnection closed, MillraceException cause) {
    if (closed != connection) {
      return;
    }
    boolean wasReady = closed.broker() != null;
    connection = null;
    current = null;
    lastFailure = cause;
    if (end != null) {
      return;
    }
    if (!opened.isDone()) {
      opened.completeExceptionally(cause);
      end(cause);
      return;
    }
    if (wasReady && !cause.retriable()) {
      LOG.warn("event=link_failed server={} cause={}", settings.server(), cause.toString());
      end(cause);
      return;
    }
    if (wasReady) {
      LOG.info("event=disconnected server={} cause={}", settings.server(), cause.toString());
      for (LinkListener listener : List.copyOf(listeners)) {
        listener.disconnected(cause);
      }
    }
    connectLater(wasReady);
  }

  private void connectLater(boolean wasReady) {
    long livedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - readySinceNanos);
    if (wasReady && livedMs > settings.reconnectBackoff().max().toMillis()) {
      backoff.reset();
    }
    eventLoop.schedule(this::connect, backoff.nextMs(), TimeUnit.MILLISECONDS);
  }

  private void end(MillraceException cause) {
    if (end != null) {
      return;
    }
    end = cause;
    opened.completeExceptionally(cause);
    for (LinkRequest request : new ArrayList<>(requests)) {
      request.fail(ClientFailures.again(cause));
    }
    for (LinkListener listener : List.copyOf(listeners)) {
      listener.failed(cause);
    }
    if (connection != null) {
      connection.close(cause);
    }
  }
}
