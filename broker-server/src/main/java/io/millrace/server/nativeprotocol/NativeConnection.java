package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Frames;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.security.Principal;
import io.millrace.server.listener.AddressBlock;
import io.millrace.server.security.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The connection of one client, which is in one {@link ConnectionState}. Event loop of the
 * connection, unless a method says otherwise.
 */
final class NativeConnection extends ChannelInboundHandlerAdapter {

  /** The time that a client has to read the reason, before the broker closes the socket. */
  static final Duration LINGER = Duration.ofSeconds(1);

  /** The version of a GO_AWAY before HELLO, which every client can decode. */
  private static final int FIRST_VERSION = 1;

  private final Channel channel;
  private final ConnectionContext context;
  private final Session session;
  private final ConnectionReports reports;
  private final RequestFrameDecoder decoder;
  private final RequestDispatcher dispatcher;
  private final FrameWriter writer;
  private final InFlightRequests inFlight;
  private final RequestReading reading;
  private final ConnectionSubscriptions subscriptions;
  private final ConnectionGroups groups = new ConnectionGroups();
  private final ConnectionQueues queues = new ConnectionQueues();
  private final ConnectionTimeouts timeouts;

  /** Null if the broker requires no credential. */
  private final ConnectionLogin login;

  private volatile ConnectionQuotas quotas; // null as long as quotas() says
  private ConnectionState state = ConnectionState.AWAITING_HELLO;
  private Runnable onServed = () -> {};

  /** The version of the HELLO. A GO_AWAY has the same version. */
  private int helloVersion = FIRST_VERSION;

  /**
   * Null until the GO_AWAY is written. The thread that sets this field reads {@link #inFlight}
   * afterwards. A thread that changes {@link #inFlight} reads this field afterwards. So at least
   * one of the two threads sees that the connection can close.
   */
  private volatile GoAwayPush goAway;

  /**
   * @param address of the client
   */
  NativeConnection(Channel channel, AddressBlock address, ConnectionContext context) {
    this.channel = channel;
    this.context = context;
    session = new Session(Principal.ANONYMOUS, channel.remoteAddress());
    reports = new ConnectionReports(session, channel.remoteAddress(), context);
    decoder =
        new RequestFrameDecoder(
            context.settings().limits().maxFrameBytes(), context.frameMemory(), address);
    dispatcher = new RequestDispatcher(this, context);
    writer = new FrameWriter(channel, this::writableAgain);
    inFlight =
        new InFlightRequests(
            context.settings().limits().maxInFlightBytesPerConnection(),
            () -> execute(this::updateReading));
    subscriptions =
        new ConnectionSubscriptions(context.settings().limits().maxSubscriptionsPerConnection());
    timeouts = new ConnectionTimeouts(channel, context.settings().connections(), this);
    reading = new RequestReading(this, inFlight, timeouts);
    // No lambda: it would load the class.
    login =
        context.authentication().isEmpty()
            ? null
            : new ConnectionLogin(
                this, context.authentication().get(), context.greeting().broker(), address);
    if (login != null) {
      reading.oneAtATime(true);
      decoder.limit(ConnectionLogin.MAX_FRAME_BYTES);
    }
  }

  /** Adds the connection and its decoders to the pipeline of its channel. */
  void open() {
    ProtocolSniffer sniffer = new ProtocolSniffer(context.greeting().httpHint());
    if (context.tls().isPresent()) { // no lambda: it would load the class without TLS
      context.tls().get().addTo(channel, sniffer::refusePlaintext, this::certificatePrincipal);
    }
    channel.pipeline().addLast(sniffer, decoder, this);
    session.onClose(subscriptions::closeAll);
    session.onClose(groups::close);
    session.onClose(queues::away);
    reports.opened();
    timeouts.start();
  }

  /** Sets what runs when the client is served. Called before the connection is opened. */
  void onServed(Runnable action) {
    onServed = action;
  }

  /** Null if the broker requires no credential. */
  ConnectionLogin login() {
    return login;
  }

  /** Any thread. */
  FrameWriter writer() {
    return writer;
  }

  /** Any thread. */
  ByteBufAllocator allocator() {
    return channel.alloc();
  }

  /** Any thread. */
  ConnectionMemory memory() {
    return context.memory();
  }

  /** Any thread. */
  Session session() {
    return session;
  }

  ConnectionSubscriptions subscriptions() {
    return subscriptions;
  }

  /** Any thread. */
  ConnectionGroups groups() {
    return groups;
  }

  /** Any thread. */
  ConnectionQueues queues() {
    return queues;
  }

  /** Null without quotas in the configuration, and before HELLO. Any thread. */
  ConnectionQuotas quotas() {
    return quotas;
  }

  /**
   * Whether the client takes events now, and may: its subscriptions and queues are resumed later if
   * not. Any thread.
   */
  boolean takesEvents() {
    ConnectionQuotas now = quotas;
    return writer.isWritable() && (now == null || now.mayDeliver());
  }

  /** Counts events that are sent, in bytes. Any thread. */
  void sendsEvents(long bytes) {
    ConnectionQuotas now = quotas;
    if (now != null) {
      now.delivered(bytes);
    }
  }

  ConnectionState state() {
    return state;
  }

  /** Whether the client has not been sent away and has not gone. */
  boolean isOpen() {
    return state.compareTo(ConnectionState.GOING_AWAY) < 0;
  }

  /** Null until the GO_AWAY is written. */
  GoAwayPush goAwayPush() {
    return goAway;
  }

  RequestFrameDecoder decoder() {
    return decoder;
  }

  Channel channel() {
    return channel;
  }

  /** Completes when the connection is closed. Any thread. */
  CompletableFuture<Void> closed() {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    channel.closeFuture().addListener(done -> closed.complete(null));
    return closed;
  }

  /** Runs a task on the connection's event loop. Any thread. */
  void execute(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
    } else {
      channel.eventLoop().execute(task);
    }
  }

  /** Sets the principal that the client's certificate gives. Before HELLO. */
  void certificatePrincipal(String name) {
    if (login == null) {
      session.authenticated(new Principal(name));
    } else {
      login.certificatePrincipal(name);
    }
  }

  /**
   * The client has sent HELLO.
   *
   * @param version the version of the HELLO
   */
  void greeted(HelloRequest hello, int version) {
    helloVersion = version;
    session.identify(hello.clientId());
    reports.greeted(hello);
  }

  /** Waits for the credential of the client. */
  void authenticating() {
    state = ConnectionState.AUTHENTICATING;
  }

  /** Begins to serve the client. */
  void serve() {
    state = ConnectionState.SERVING;
    onServed.run();
    reading.oneAtATime(false);
    decoder.limit(context.settings().limits().maxFrameBytes());
    if (context.quotas().isPresent()) { // no lambda: it would load the class without quotas
      quotas = context.quotas().get().of(this, this::updateReading);
    }
    updateReading(); // it was off while a login was checked on another thread
  }

  /** Counts a request that was decoded. */
  void begun(PendingRequest pending) {
    inFlight.add(pending.weight().ofConnection());
    memory().requests().add(pending.weight().ofBroker());
  }

  /** Counts the end of a request. Its answer may not be sent yet. Any thread. */
  void ended(PendingRequest pending, ErrorCode outcome) {
    memory().requests().remove(pending.weight().ofBroker());
    reports.ended(pending, outcome);
  }

  /** Counts a request whose answer is sent. Called once for each request. Any thread. */
  void released(PendingRequest pending) {
    inFlight.remove(pending.weight().ofConnection());
    if (goAway != null && inFlight.isEmpty()) {
      execute(this::finishWhenAnswered);
    }
    reading.answered();
  }

  /**
   * Sends GO_AWAY, answers the requests in flight, and closes the connection.
   *
   * @param grace longest time until the connection is closed
   */
  void goAway(ErrorCode code, String message, Duration grace) {
    if (!isOpen()) {
      return;
    }
    reports.sentAway(code, message);
    state = ConnectionState.GOING_AWAY;
    goAway = new GoAwayPush(code, message);
    subscriptions.closeAll();
    if (code != ErrorCode.SHUTTING_DOWN) {
      decoder.discard(channel);
    }
    writer.write(Frames.encodePush(allocator(), helloVersion, goAway));
    queues.refuseTakes(code, message);
    timeouts.closeWithin(grace);
    if (quotas != null) {
      quotas.releaseAll();
    }
    finishWhenAnswered();
  }

  /** Closes the connection at once. The unsent bytes are lost. */
  void drop(ErrorCode reason) {
    reports.dropped(reason);
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf frame = (ByteBuf) message;
    writer.readBegins();
    try {
      dispatcher.received(frame);
      updateReading();
    } finally {
      frame.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    timeouts.bytesReceived();
    writer.readComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    updateReading();
    if (channel.isWritable()) {
      writableAgain();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ProtocolViolation violation) {
      goAway(violation.code(), violation.message(), LINGER);
    } else if (event == ProtocolSniffer.Event.ANSWERED) {
      reports.answeredHttp();
      finish();
    } else {
      ctx.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    state = ConnectionState.CLOSED;
    session.close();
    reading.end();
    timeouts.stop();
    if (login != null) {
      login.close();
    }
    reports.closed();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    failed(cause);
  }

  /** Closes the connection at once, because of an exception. Any thread. */
  void failed(Throwable cause) {
    reports.failed(cause);
    channel.close();
  }

  private void writableAgain() {
    subscriptions.resumeAll();
    queues.resumeAll();
  }

  private void updateReading() {
    reading.update();
  }

  private void finishWhenAnswered() {
    if (state == ConnectionState.GOING_AWAY && inFlight.isEmpty()) {
      finish();
    }
  }

  private void finish() {
    state = ConnectionState.LINGERING;
    decoder.discard(channel);
    timeouts.closeWithin(LINGER);
    updateReading();
    // The last answer may still be in the queue of another thread.
    writer.writeQueued();
    channel
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(
            sent -> {
              if (sent.isSuccess() && channel instanceof DuplexChannel socket) {
                context.endOutput(socket);
              } else {
                channel.close();
              }
            });
  }
}
