package io.millrace.client.internal;

import io.millrace.client.MillraceException;
import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.CreditRequest;
import io.millrace.protocol.wire.DeliverPush;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.FrameHeader;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.ProduceRequest;
import io.millrace.protocol.wire.Push;
import io.millrace.protocol.wire.Request;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SubscriptionEndedPush;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.WireException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection from its Hello to its end: requests out, answers and pushes in. Event loop only.
 *
 * <pre>
 *   OPENING --Hello answered--> READY --GoAway--> LEAVING
 *      |                          |                  |  answers still come, nothing more is asked
 *      +-----------> CLOSED <-----+------------------+
 * </pre>
 *
 * <p>What is written goes out with one flush at the end of the event loop's run.
 */
final class Connection extends ChannelInboundHandlerAdapter {

  /** Most unanswered requests. */
  static final int MAX_PENDING = 65_536;

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final long LEAVING_MS = 10_000;

  private enum State {
    OPENING,
    READY,
    LEAVING,
    CLOSED
  }

  private final ClientSettings settings;
  private final ConnectionListener listener;
  private final long deadlineNanos;
  private final Handshake handshake;
  private final IntObjectMap<Reply> replies = new IntObjectHashMap<>();
  private final IntObjectMap<PushTarget> targets = new IntObjectHashMap<>();

  private Channel channel;
  private HelloResponse hello;
  private State state = State.OPENING;
  private MillraceException cause;
  private Heartbeat heartbeat;
  private Future<?> leaveTimer;
  private int lastCorrelationId;
  private long reads;
  private boolean flushScheduled;

  Connection(ClientSettings settings, ConnectionListener listener) {
    this.settings = settings;
    this.listener = listener;
    this.deadlineNanos = System.nanoTime() + settings.connectTimeout().toNanos();
    this.handshake = new Handshake(settings, this);
  }

  /** Whom this connection leads to, and the limits to keep. Known once it is ready. */
  HelloResponse broker() {
    return hello;
  }

  /** Whether another batch should be written now; if not, {@code writable} or an answer comes. */
  boolean takesMore() {
    return state == State.READY && channel.isWritable() && replies.size() < MAX_PENDING;
  }

  /** Whether the broker has said that it will close this connection. */
  boolean isLeaving() {
    return state == State.LEAVING;
  }

  /** How often something has come from the broker, be it a part of a frame. */
  long reads() {
    return reads;
  }

  /**
   * Sends a request.
   *
   * @return its correlation id, for {@link #forget}
   */
  int send(Request request, Reply reply) {
    int correlationId = nextCorrelationId();
    write(
        Frames.encodeRequest(channel.alloc(), request.api().maxVersion(), correlationId, request));
    replies.put(correlationId, reply);
    return correlationId;
  }

  /** Gives up waiting for an answer. */
  void forget(int correlationId) {
    replies.remove(correlationId);
  }

  /**
   * Sends a batch and waits for its answer.
   *
   * @param batch stays the caller's, who leaves it unchanged until the answer or the end of this
   *     connection
   */
  void produce(UUID topicId, int partition, AckLevel ack, ByteBuffer batch, Reply reply) {
    int correlationId = nextCorrelationId();
    writeBatch(correlationId, topicId, partition, ack, batch, channel.voidPromise());
    replies.put(correlationId, reply);
  }

  /**
   * Sends a batch that is answered only if it is refused.
   *
   * @return done when the batch was written to the socket
   */
  ChannelFuture produceUnanswered(UUID topicId, int partition, ByteBuffer batch) {
    return writeBatch(
        nextCorrelationId(), topicId, partition, AckLevel.NONE, batch, channel.newPromise());
  }

  /** Allows a subscription to deliver more. */
  void credit(int subscriptionId, long bytes) {
    write(
        CreditRequest.encodeFrame(channel.alloc(), Api.CREDIT.maxVersion(), subscriptionId, bytes));
  }

  /** Directs the pushes of a subscription. */
  void route(int subscriptionId, PushTarget target) {
    targets.put(subscriptionId, target);
  }

  /** Drops further pushes of a subscription. */
  void unroute(int subscriptionId) {
    targets.remove(subscriptionId);
  }

  /** The broker has answered Hello. */
  void greeted(HelloResponse answer) {
    hello = answer;
    state = State.READY;
    heartbeat = new Heartbeat(settings, this, channel.eventLoop(), answer.idleTimeoutMs());
    heartbeat.start();
    listener.ready(this);
  }

  /** Closes the connection; all who wait for an answer are told this cause. */
  void close(MillraceException why) {
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
    handshake.begin(channel.eventLoop(), deadlineNanos);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf frame = (ByteBuf) message;
    try {
      FrameHeader header = FrameHeader.read(frame);
      switch (header.kind()) {
        case RESPONSE -> answered(header, frame);
        case PUSH -> pushed(header, frame);
        case REQUEST -> close(brokenProtocol("it sent a request"));
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
    boolean wrapped = failure instanceof DecoderException && failure.getCause() != null;
    close(explain(wrapped ? failure.getCause() : failure));
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    MillraceException why = cause == null ? broken("the broker closed it", null) : cause;
    state = State.CLOSED;
    if (heartbeat != null) {
      heartbeat.stop();
    }
    if (leaveTimer != null) {
      leaveTimer.cancel(false);
    }
    targets.clear();
    List<Reply> waiting = new ArrayList<>(replies.values());
    replies.clear();
    for (Reply reply : waiting) {
      reply.lost(why);
    }
    listener.closed(this, why);
  }

  private MillraceException explain(Throwable failure) {
    String reason = Failures.reason(failure);
    if (failure instanceof WireException && hello != null) {
      return brokenProtocol(reason);
    }
    if (!(failure instanceof IOException || failure instanceof CorruptedFrameException)) {
      LOG.warn("event=connection_failed server={}", settings.server(), failure);
    }
    return broken(reason, failure);
  }

  private MillraceException brokenProtocol(String how) {
    return new MillraceException(
        ErrorCode.MALFORMED_FRAME,
        "the broker at " + settings.server() + " broke the protocol: " + how);
  }

  /** Before the broker has said Hello, a broken connection is none. */
  private MillraceException broken(String reason, Throwable failure) {
    return hello == null
        ? Failures.unreachable(settings.server(), reason, failure)
        : Failures.connectionLost(settings.server(), reason, failure);
  }

  /** An answer that nobody waits for is passed over, whatever it is. */
  private void answered(FrameHeader header, ByteBuf frame) {
    Reply reply = replies.get(header.correlationId());
    if (reply != null && reply.api().number() != header.api()) {
      close(brokenProtocol(reply.api() + " was answered by api number " + header.api()));
    } else if (reply != null) {
      Response response = Frames.decodeResponse(SupportedVersions.ofThisBuild(), header, frame);
      replies.remove(header.correlationId());
      reply.answered(response);
    } else if (header.api() == Api.PRODUCE.number()) {
      answeredUnasked(Frames.decodeResponse(SupportedVersions.ofThisBuild(), header, frame));
    }
    leaveWhenAnswered();
  }

  private void answeredUnasked(Response toBatch) {
    if (toBatch instanceof ErrorResponse refusal) {
      LOG.warn(
          "event=unanswered_batch_refused server={} code={} message={}",
          settings.server(),
          refusal.code(),
          refusal.message());
    }
  }

  /** A push that a newer broker has and this client has not is passed over. */
  private void pushed(FrameHeader header, ByteBuf frame) {
    Push push;
    try {
      push = Frames.decodePush(SupportedVersions.ofThisBuild(), header, frame);
    } catch (WireException e) {
      if (e.code() != ErrorCode.UNKNOWN_API && e.code() != ErrorCode.UNSUPPORTED_VERSION) {
        throw e;
      }
      LOG.debug("event=push_passed_over server={} reason={}", settings.server(), e.getMessage());
      return;
    }
    pushed(push);
  }

  private void pushed(Push push) {
    if (push instanceof DeliverPush delivery) {
      PushTarget target = targets.get(delivery.subscriptionId());
      if (target != null) {
        target.delivered(delivery);
      }
    } else if (push instanceof SubscriptionEndedPush end) {
      PushTarget target = targets.remove(end.subscriptionId());
      if (target != null) {
        target.ended(new MillraceException(end.code(), end.message()));
      }
    } else if (push instanceof GoAwayPush goAway) {
      leave(goAway);
    }
  }

  private void leave(GoAwayPush goAway) {
    LOG.info(
        "event=go_away server={} code={} message={}",
        settings.server(),
        goAway.code(),
        goAway.message());
    cause =
        new MillraceException(
            goAway.code(),
            "the broker at " + settings.server() + " closes the connection: " + goAway.message());
    boolean wasReady = state == State.READY;
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
    if (state == State.LEAVING && replies.isEmpty()) {
      close(cause);
    }
  }

  private ChannelFuture writeBatch(
      int correlationId,
      UUID topicId,
      int partition,
      AckLevel ack,
      ByteBuffer batch,
      ChannelPromise promise) {
    write(
        ProduceRequest.encodeHead(
            channel.alloc(),
            Api.PRODUCE.maxVersion(),
            correlationId,
            topicId,
            partition,
            ack,
            batch.remaining()));
    return channel.write(Unpooled.wrappedBuffer(batch), promise);
  }

  private void write(ByteBuf frame) {
    channel.write(frame, channel.voidPromise());
    if (!flushScheduled) {
      flushScheduled = true;
      channel.eventLoop().execute(this::flush);
    }
  }

  private void flush() {
    flushScheduled = false;
    channel.flush();
  }

  /** Zero is left out: it stands for "no answer". */
  private int nextCorrelationId() {
    if (++lastCorrelationId == 0) {
      lastCorrelationId = 1;
    }
    return lastCorrelationId;
  }
}
