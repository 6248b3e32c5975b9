package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.TlsContext;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.NegotiatedVersions;
import io.millrace.protocol.wire.Push;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.ThrottledPush;
import io.millrace.protocol.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection to the broker, from Hello until it is closed. It sends requests and dispatches
 * responses and pushes. Event loop only.
 *
 * <pre>
 *   OPENING --Hello answered--> READY --GoAway--> LEAVING
 *      |                          |                  |  responses still arrive, no new requests
 *      +-----------> CLOSED <-----+------------------+
 * </pre>
 */
public final class ClientConnection extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

  /** How long the connection stays open for outstanding responses after a GoAway. */
  private static final long LEAVING_MS = 10_000;

  private enum State {
    OPENING,
    READY,
    LEAVING,
    CLOSED
  }

  private final ClientSettings settings;
  private final ClientSecurityContext security;
  private final ConnectionOwner listener;
  private final long deadlineNanos;
  private final Handshake handshake;
  private final ConnectionFailures failures;
  private final PendingRequests pending = new PendingRequests();
  private final PushRoutes routes = new PushRoutes();

  private Channel channel;
  private RequestWriter writer;
  private BrokerInfo hello;
  private NegotiatedVersions versions;
  private State state = State.OPENING;
  private MillraceException cause;
  private Heartbeat heartbeat;
  private Future<?> leaveTimer;
  private long reads;

  /**
   * @param security TLS and credentials
   * @param deadlineNanos until when the broker must have answered Hello, as {@link
   *     System#nanoTime()} counts
   */
  ClientConnection(
      ClientSettings settings,
      ClientSecurityContext security,
      ConnectionOwner listener,
      long deadlineNanos) {
    this.settings = settings;
    this.security = security;
    this.listener = listener;
    this.deadlineNanos = deadlineNanos;
    this.handshake = new Handshake(settings, security, this);
    this.failures = new ConnectionFailures(settings.server(), security.tls());
  }

  /** The identity and the limits of the broker; null until the connection is ready. */
  public BrokerInfo broker() {
    return hello;
  }

  /**
   * The version in which an api is used on this connection.
   *
   * @throws WireException {@code UNSUPPORTED_VERSION} if the broker does not support the api
   */
  public int version(Api api) {
    return versions.of(api);
  }

  /** The versions that this connection uses; null until the connection is ready. */
  NegotiatedVersions versions() {
    return versions;
  }

  /**
   * Whether another batch may be written now. If not, {@link ConnectionOwner#writable} or a
   * response follows.
   */
  public boolean takesMore() {
    return state == State.READY && channel.isWritable() && !pending.isFull();
  }

  /** Whether requests may be sent: the handshake is finished, and the broker stays. */
  boolean isOpen() {
    return state == State.READY;
  }

  boolean isClosed() {
    return state == State.CLOSED || cause != null;
  }

  /** Whether the broker has announced that it will close this connection. */
  boolean isLeaving() {
    return state == State.LEAVING;
  }

  /** The number of times that bytes have arrived from the broker, parts of a frame included. */
  long reads() {
    return reads;
  }

  /**
   * Sends a request in the version that the handshake has negotiated.
   *
   * @return the correlation id of the request, for {@link #forget}
   * @throws WireException {@code UNSUPPORTED_VERSION} if the broker does not support the api;
   *     {@code INVALID_REQUEST} if a field is too long
   */
  public int send(Request request, ResponseHandler handler) {
    return send(versions.of(request.api()), request, handler);
  }

  /** Sends a request in a given version: for Hello, which negotiates the others. */
  int send(int version, Request request, ResponseHandler handler) {
    int correlationId = pending.nextCorrelationId();
    writer.request(version, correlationId, request);
    pending.add(correlationId, handler);
    return correlationId;
  }

  /** Ignores the response to a request. */
  void forget(int correlationId) {
    pending.remove(correlationId);
  }

  /**
   * Sends a batch that is answered.
   *
   * @param secret the proof of the producer id in the batch
   * @param batch remains owned by the caller, which must not change it until the response or the
   *     end of this connection
   */
  public void produce(
      UUID topicId,
      int partition,
      AckLevel ack,
      ProducerSecret secret,
      ByteBuffer batch,
      ResponseHandler handler) {
    int correlationId = pending.nextCorrelationId();
    writer.batch(correlationId, topicId, partition, ack, secret, batch);
    pending.add(correlationId, handler);
  }

  /**
   * Sends a batch that is answered only if it is refused.
   *
   * @param batch as for {@link #produce}
   * @return completes when the batch is written to the socket
   */
  public ChannelFuture produceUnanswered(UUID topicId, int partition, ByteBuffer batch) {
    return writer.unansweredBatch(pending.nextCorrelationId(), topicId, partition, batch);
  }

  /** Grants a subscription more credit, in bytes. */
  public void credit(int subscriptionId, long bytes) {
    writer.credit(subscriptionId, bytes);
  }

  /** Registers the listener for the pushes of a subscription. */
  public void route(int subscriptionId, SubscriptionListener listener) {
    routes.route(subscriptionId, listener);
  }

  /** Drops all further pushes of a subscription. */
  public void unroute(int subscriptionId) {
    routes.unroute(subscriptionId);
  }

  /** Registers the listener for the changes of a member of a group. */
  public void routeMember(String member, GroupChangeListener listener) {
    routes.routeMember(member, listener);
  }

  /** Drops all further changes of a member. */
  public void unrouteMember(String member) {
    routes.unrouteMember(member);
  }

  /** Called by the handshake when the broker has answered Hello. */
  void greeted(BrokerInfo answer, NegotiatedVersions negotiated) {
    hello = answer;
    versions = negotiated;
    writer.use(negotiated);
    state = State.READY;
    failures.open();
    heartbeat = new Heartbeat(settings, this, channel.eventLoop(), answer.idleTimeoutMs());
    heartbeat.start();
    listener.ready(this);
  }

  /**
   * Closes the connection. All pending requests fail with the cause of the first call.
   *
   * @param why the cause
   */
  public void close(MillraceException why) {
    if (cause == null) {
      cause = why;
    }
    if (channel != null) {
      channel.close();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    channel = ctx.channel();
    if (cause != null) {
      channel.close();
      return;
    }
    Optional<TlsContext> tls = security.tls();
    writer = new RequestWriter(channel, tls.isPresent());
    handshake.begin(channel, deadlineNanos);
    if (tls.isPresent()) {
      tls.get().handshake(channel).addListener(this::encrypted);
    } else {
      handshake.connected();
    }
  }

  private void encrypted(io.netty.util.concurrent.Future<?> done) {
    if (done.isSuccess()) {
      handshake.connected();
    } else {
      close(failures.ofTls(done.cause()));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf frame = (ByteBuf) message;
    try {
      FrameHeader header = FrameHeader.read(frame);
      switch (header.kind()) {
        case RESPONSE -> dispatchResponse(header, frame);
        case PUSH -> decodePush(header, frame);
        case REQUEST -> close(failures.brokenProtocol("it sent a request"));
      }
    } finally {
      frame.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reads++;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (takesMore()) {
      listener.writable(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable failure) {
    close(failures.explain(failure));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    MillraceException why = cause == null ? failures.closed() : cause;
    state = State.CLOSED;
    handshake.closed();
    if (heartbeat != null) {
      heartbeat.stop();
    }
    if (leaveTimer != null) {
      leaveTimer.cancel(false);
    }
    routes.clear();
    for (ResponseHandler handler : pending.removeAll()) {
      handler.lost(why);
    }
    listener.closed(this, why);
  }

  /** A response without a pending request is ignored, unless it refuses an unanswered batch. */
  private void dispatchResponse(FrameHeader header, ByteBuf frame) {
    ResponseHandler handler = pending.get(header.correlationId());
    if (handler != null && handler.api().number() != header.api()) {
      close(failures.brokenProtocol(handler.api() + " was answered by api number " + header.api()));
    } else if (handler != null) {
      Response response = Frames.decodeResponse(settings.versions(), header, frame);
      pending.remove(header.correlationId());
      handler.answered(response);
    } else if (header.api() == Api.PRODUCE.number()) {
      logRefusal(Frames.decodeResponse(settings.versions(), header, frame));
    }
    leaveWhenAnswered();
  }

  private void logRefusal(Response toBatch) {
    if (toBatch instanceof ErrorResponse refusal) {
      LOG.warn(
          "event=unanswered_batch_refused server={} code={} message={}",
          settings.server(),
          refusal.code(),
          refusal.message());
    }
  }

  /** A push that only a newer client knows is ignored. */
  private void decodePush(FrameHeader header, ByteBuf frame) {
    Push push;
    try {
      push = Frames.decodePush(settings.versions(), header, frame);
    } catch (WireException e) {
      if (e.code() != ErrorCode.UNKNOWN_API && e.code() != ErrorCode.UNSUPPORTED_VERSION) {
        throw e;
      }
      LOG.debug("event=push_ignored server={} reason={}", settings.server(), e.getMessage());
      return;
    }
    dispatchPush(push);
  }

  private void dispatchPush(Push push) {
    if (push instanceof GoAwayPush goAway) {
      leave(goAway);
    } else if (push instanceof ThrottledPush throttled) {
      listener.throttled(this, throttled);
    } else {
      routes.dispatch(push);
    }
  }

  private void leave(GoAwayPush goAway) {
    LOG.info(
        "event=go_away server={} code={} message={}",
        settings.server(),
        goAway.code(),
        goAway.message());
    boolean wasReady = state == State.READY;
    cause = failures.goAway(goAway);
    state = State.LEAVING;
    leaveTimer =
        channel.eventLoop().schedule(() -> close(cause), LEAVING_MS, TimeUnit.MILLISECONDS);
    if (wasReady) {
      heartbeat.stop();
      listener.goingAway(this);
    }
    leaveWhenAnswered();
  }

  private void leaveWhenAnswered() {
    if (state == State.LEAVING && pending.isEmpty()) {
      close(cause);
    }
  }
}
