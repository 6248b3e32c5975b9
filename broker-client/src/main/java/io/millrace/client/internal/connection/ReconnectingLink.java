package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.NegotiatedVersions;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.ThrottledPush;
import io.millrace.protocol.wire.WireException;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
public final class ReconnectingLink implements ConnectionOwner {

  private static final Logger LOG = LoggerFactory.getLogger(ReconnectingLink.class);

  /** How long a thread waits for the event loop to carry out what it does at once. */
  public static final Duration LOOP_ANSWER = Duration.ofSeconds(5);

  private final ClientSettings settings;
  private final EventLoop eventLoop;
  private final Connector connector;
  private final Connectivity connectivity;
  private final ListenerCalls listenerCalls;
  private final ReconnectPauses pauses;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Set<LinkListener> listeners = new LinkedHashSet<>();
  private final Set<LinkRequest> requests = new LinkedHashSet<>();

  private volatile BrokerInfo broker;
  private volatile NegotiatedVersions versions;

  /** The attempt to connect that is in progress; null if there is none. */
  private ConnectionAttempt attempt;

  /** The newest connection, from when it is ready until it is closed; null after that. */
  private ClientConnection newest;

  /** The connection to send over: ready and not leaving; null if there is none. */
  private ClientConnection usable;

  private final ProduceThrottle throttle = new ProduceThrottle();

  /** Why the link has ended; null while it has not. The event loop writes it. */
  private volatile MillraceException end;

  private final LoopWait loopWait = new LoopWait(LOOP_ANSWER);
  private long readySinceNanos;
  private int lastSubscriptionId;

  public ReconnectingLink(
      ClientSettings settings,
      Connector connector,
      ListenerCalls listener,
      RandomGenerator random) {
    this.settings = settings;
    this.eventLoop = connector.eventLoop();
    this.connector = connector;
    this.listenerCalls = listener;
    this.connectivity = new Connectivity(settings.server(), eventLoop, listener);
    this.pauses = new ReconnectPauses(settings.reconnectBackoff(), random);
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

  /** The time after which a request, or the first attempt to connect, has an outcome. */
  Duration longestWait() {
    Duration longer =
        settings.requestTimeout().compareTo(settings.connectTimeout()) > 0
            ? settings.requestTimeout()
            : settings.connectTimeout();
    return longer.plus(LOOP_ANSWER);
  }

  /** The event loop of the client. */
  public EventLoop eventLoop() {
    return eventLoop;
  }

  /**
   * Runs a task on the event loop.
   *
   * @throws MillraceException if the client is closed: {@code CLOSED}, or the failure that has
   *     ended it before
   */
  public void execute(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException shutDown) {
      MillraceException why = end;
      throw why == null ? ClientFailures.closed("client") : ClientFailures.again(why);
    }
  }

  /**
   * The time without a connection, the number of attempts to connect, the newest failure and the
   * next step, as text; empty while there is a connection. Any thread.
   */
  public Optional<String> outage() {
    return connectivity.outage().map(Outage::describe);
  }

  /** The quotas that delay what is produced. Any thread. */
  public ProduceThrottle throttle() {
    return throttle;
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
  public BrokerInfo broker() {
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

  /**
   * Waits until the event loop has carried out what it does at once. Any other thread. Interrupts
   * do not end the wait, and are kept.
   *
   * @return false if a callback of the program blocks the event loop; a second call then does not
   *     wait again
   */
  public boolean awaitEventLoop(CompletableFuture<?> done) {
    return loopWait.await(done);
  }

  /** Ends the link: fails all pending requests and closes the connection. */
  public void close() {
    listenerCalls.close();
    execute(() -> end(ClientFailures.closed("client", outage())));
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

  /**
   * The failure of a request that has timed out. Event loop only.
   *
   * @param before what the request has met before, as a part of the message; may be empty
   */
  public MillraceException timedOut(Api api, String before) {
    Optional<Outage> outage = connectivity.outage();
    if (outage.isPresent()) {
      return outage.get().failure();
    }
    if (usable == null) {
      return ClientFailures.unreachable(
          settings.server(), "the broker is closing the last connection", null);
    }
    return new MillraceException(
        ErrorCode.REQUEST_TIMEOUT,
        "the broker at "
            + settings.server()
            + " did not answer "
            + api
            + " within "
            + TimeSpan.format(settings.requestTimeout())
            + before
            + "; try again, or set a longer request timeout");
  }

  private void connect() {
    if (end != null) {
      return;
    }
    attempt = new ConnectionAttempt(connector, settings, eventLoop, this, this::attemptFailed);
    connectivity.attempting(attempt::progress);
    attempt.start();
  }

  private void attemptFailed(ConnectFailure failure) {
    attempt = null;
    boolean last = !opened.isDone();
    connectivity.failed(failure, last);
    if (last) {
      end(failure.cause());
    } else {
      connectAfter(pauses.afterFailure(failure.cause()));
    }
  }

  @Override
  public void ready(ClientConnection connection) {
    if (end != null) {
      connection.close(end);
      return;
    }
    attempt = null;
    newest = connection;
    usable = connection;
    connectivity.connected();
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
  public void throttled(ClientConnection connection, ThrottledPush push) {
    throttle.apply(push, System.nanoTime());
    long stopNanos = throttle.stopNanosLeft(System.nanoTime());
    if (stopNanos > 0) {
      eventLoop.schedule(() -> sendAgain(connection), stopNanos, TimeUnit.NANOSECONDS);
    }
  }

  private void sendAgain(ClientConnection connection) {
    if (connection.takesMore() && !throttle.stopsSending()) {
      writable(connection);
    }
  }

  @Override
  public void closed(ClientConnection closed, MillraceException cause) {
    if (closed != newest) {
      return;
    }
    throttle.disconnected(System.nanoTime());
    newest = null;
    usable = null;
    if (end != null) {
      return;
    }
    if (!cause.retriable()) {
      LOG.warn("event=link_failed server={} cause={}", settings.server(), cause.toString());
      connectivity.stopped(cause);
      end(cause);
      return;
    }
    LOG.info("event=disconnected server={} cause={}", settings.server(), cause.toString());
    connectivity.disconnected(cause);
    for (LinkListener listener : List.copyOf(listeners)) {
      listener.disconnected(cause);
    }
    long livedMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - readySinceNanos);
    connectAfter(pauses.afterLoss(livedMs));
  }

  private void connectAfter(long pauseMs) {
    eventLoop.schedule(this::connect, pauseMs, TimeUnit.MILLISECONDS);
  }

  private void end(MillraceException cause) {
    if (end != null) {
      return;
    }
    end = cause;
    connectivity.ended();
    if (attempt != null) {
      attempt.cancel();
    }
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
