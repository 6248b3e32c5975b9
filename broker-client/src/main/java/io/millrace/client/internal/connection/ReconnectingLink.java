package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.NegotiatedVersions;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.WireException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
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
 * The link of a client to its broker: one connection at a time. When the connection breaks, the
 * link connects again with back-off. The link ends when the client closes it, when the first
 * attempt to connect fails, or when a ready connection closes for a reason that is not retriable.
 *
 * <p>The event loop owns the state. {@link #open}, {@link #execute}, {@link #request}, {@link
 * #attach}, {@link #detach} and {@link #close} are for any thread.
 */
public final class ReconnectingLink implements ConnectionListener {

  private static final Logger LOG = LoggerFactory.getLogger(ReconnectingLink.class);

  private final ClientSettings settings;
  private final EventLoop eventLoop;
  private final Connector connector;
  private final Backoff backoff;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Set<LinkListener> listeners = new LinkedHashSet<>();
  private final Set<LinkRequest> requests = new LinkedHashSet<>();

  private volatile HelloResponse broker;
  private volatile NegotiatedVersions versions;

  /** The newest connection, from the attempt to connect until it is closed; null after that. */
  private ClientConnection newest;

  /** The connection to send over: ready and not leaving; null if there is none. */
  private ClientConnection usable;

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
    this.connector = new Connector(settings, eventLoop, channel);
    this.backoff = settings.reconnectBackoff().start(random);
  }

  /**
   * Connects for the first time, with one attempt.
   *
   * @return completes when the broker has answered Hello
   */
  public CompletableFuture<Void> open() {
    execute(this::connect);
    return opened;
  }

  /** The timeout of one request, reconnecting included. */
  public Duration requestTimeout() {
    return settings.requestTimeout();
  }

  /** The event loop of the client. */
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
   * Refuses a blocking call on the event loop.
   *
   * @param call the name of the call, for the message
   * @throws IllegalStateException on the event loop, which would wait for itself
   */
  public void requireOffEventLoop(String call) {
    if (eventLoop.inEventLoop()) {
      throw new IllegalStateException(
          call + " blocks and was called on the client's event loop; call it on another thread");
    }
  }

  /**
   * Refuses an api that the broker of the newest connection does not support. Any thread.
   *
   * @throws MillraceException {@code UNSUPPORTED_VERSION} if there is no common version of the api
   */
  public void requireSupported(Api api) {
    try {
      versions.of(api);
    } catch (WireException unsupported) {
      throw Handshake.explain(unsupported, settings, broker);
    }
  }

  /** The identity and the limits of the broker, as of the newest connection. Any thread. */
  public HelloResponse broker() {
    return broker;
  }

  /** Adds a listener. It is called at once for the present state, then for each change. */
  public void attach(LinkListener listener) {
    execute(
        () -> {
          listeners.add(listener);
          if (end != null) {
            listener.failed(end);
          } else if (usable != null) {
            listener.connected(usable);
          }
        });
  }

  /** Removes a listener. */
  public void detach(LinkListener listener) {
    execute(() -> listeners.remove(listener));
  }

  /**
   * Sends a request. Without a connection, the request waits for the next one.
   *
   * @param repeatable whether to send the request again if the connection breaks before the
   *     response
   * @return the response, or a {@link MillraceException}: the refusal, {@code SERVER_UNREACHABLE},
   *     {@code REQUEST_TIMEOUT}, {@code CONNECTION_LOST}, {@code CLOSED}
   */
  public CompletableFuture<Response> request(Request request, boolean repeatable) {
    LinkRequest pending = new LinkRequest(this, request, repeatable);
    execute(() -> begin(pending));
    return pending.future();
  }

  /** Ends the link: fails all pending requests and closes the connection. */
  public void close() {
    execute(() -> end(ClientFailures.closed("client")));
  }

  /** A subscription id that is unique within this client. Event loop only. */
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
    if (usable != null) {
      request.sendOver(usable);
    }
  }

  /** Called by a request that has its response or has failed. */
  void finished(LinkRequest request) {
    requests.remove(request);
  }

  /** The failure of a request that has timed out. Event loop only. */
  public MillraceException timedOut(Api api) {
    if (usable == null) {
      return unreachable();
    }
    return new MillraceException(
        ErrorCode.REQUEST_TIMEOUT,
        "the broker at "
            + settings.server()
            + " did not answer "
            + api
            + " within "
            + TimeSpan.format(settings.requestTimeout())
            + "; try again, or set a longer request timeout");
  }

  private MillraceException unreachable() {
    if (lastFailure == null) {
      return ClientFailures.unreachable(
          settings.server(), "the broker is closing the last connection", null);
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
    newest = next;
    ChannelFuture attempt = connector.connect(next);
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
    usable = connection;
    broker = connection.broker();
    versions = connection.versions();
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
    usable = null;
  }

  @Override
  public void writable(ClientConnection connection) {
    for (LinkListener listener : List.copyOf(listeners)) {
      listener.writable();
    }
  }

  @Override
  public void closed(ClientConnection closed, MillraceException cause) {
    if (closed != newest) {
      return;
    }
    boolean wasReady = closed.broker() != null;
    newest = null;
    usable = null;
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
    if (newest != null) {
      newest.close(cause);
    }
  }
}
