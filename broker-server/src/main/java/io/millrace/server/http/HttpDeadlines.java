package io.millrace.server.http;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.server.listener.WriteStall;
import io.millrace.server.status.StatusPage;
import io.millrace.server.tls.ListenerTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes an HTTP connection that is too slow, or that has got its last answer. The first handler of
 * the pipeline, which sees each read. The last handler reports what the bytes mean. Event loop of
 * the connection.
 *
 * <pre>
 *   FIRST ---+--- request read ---> ANSWERING --- answer taken, request complete ---> IDLE
 *            |                       ^     \--- answer taken, body not complete --+    |
 *            |                       |                                            v    |
 *            +------- first byte ----+--------------------------------------- RECEIVING <-- byte
 * </pre>
 */
final class HttpDeadlines extends ChannelInboundHandlerAdapter {

  private enum Phase {
    /** No request has come yet. The time counts from the accept. */
    FIRST,
    /** A request has begun and is not complete. */
    RECEIVING,
    /** The client takes an answer. The connection is not read from. */
    ANSWERING,
    IDLE,
    /** The client gets the answer that it was too slow. */
    EXPIRED,
    /** The client has its last answer. What it still sends is thrown away. */
    LINGERING
  }

  /**
   * The longest time in which a client can read its last answer. If the broker closed a socket that
   * still receives bytes, the kernel would reset the connection, and the client could lose the
   * answer.
   */
  static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The most bytes that are thrown away after the last answer. */
  static final long LINGER_BYTES = 4 << 20;

  private static final long MIN_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long MAX_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int CHECKS_PER_TIMEOUT = 8;

  private final Channel channel;
  private final HttpTimes times;
  private final HttpConnections connections;
  private final Optional<ListenerTls> tls;
  private final WriteStall writeStall;
  private final long checkNanos;

  private Phase phase = Phase.FIRST;
  private long since;
  private boolean received;
  private boolean incomplete;
  private long lingerBytes;
  private Future<?> nextCheck;

  /**
   * @param tls empty if the listener does not use TLS
   */
  HttpDeadlines(
      Channel channel, HttpTimes times, HttpConnections connections, Optional<ListenerTls> tls) {
    this.channel = channel;
    this.tls = tls;
    this.times = times;
    this.connections = connections;
    writeStall = new WriteStall(channel);
    long shortest =
        Math.min(
            times.request().toNanos(),
            Math.min(times.idle().toNanos(), times.writeStall().toNanos()));
    checkNanos =
        Math.max(MIN_CHECK_NANOS, Math.min(MAX_CHECK_NANOS, shortest / CHECKS_PER_TIMEOUT));
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    since = now();
    checkLater();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    nextCheck.cancel(false);
    connections.answerTaken(channel);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.EXPIRED || phase == Phase.LINGERING) {
      discard((ByteBuf) message);
      return;
    }
    received = true;
    if (phase == Phase.IDLE) {
      enter(Phase.RECEIVING);
    }
    ctx.fireChannelRead(message);
  }

  private void discard(ByteBuf bytes) {
    lingerBytes += bytes.readableBytes();
    bytes.release();
    if (lingerBytes > LINGER_BYTES) {
      channel.close();
    }
  }

  /** The headers of a request have come. */
  void requestBegins() {
    incomplete = true;
  }

  /** The last byte of a request has come. */
  void requestComplete() {
    incomplete = false;
    if (phase == Phase.RECEIVING) {
      enter(Phase.IDLE);
    }
  }

  /** A page is being made, which takes the broker a while. */
  void pageBegins() {
    enter(Phase.ANSWERING);
  }

  /** An answer of this size is ready. */
  void answerBegins(int bytes) {
    enter(Phase.ANSWERING);
    connections.answerBegins(channel, bytes);
  }

  /** The client has taken the answer. */
  void answerTaken() {
    connections.answerTaken(channel);
    if (phase == Phase.ANSWERING) {
      enter(incomplete ? Phase.RECEIVING : Phase.IDLE);
    }
  }

  /** Closes the connection, whose last answer is sent, when the client has had time to read it. */
  void linger() {
    if (channel.isActive() && channel instanceof DuplexChannel socket) {
      enter(Phase.LINGERING);
      if (tls.isPresent()) {
        ListenerTls.endOutput(socket);
      } else {
        socket.shutdownOutput();
      }
      channel.config().setAutoRead(true);
    } else {
      channel.close();
    }
  }

  private void enter(Phase next) {
    phase = next;
    since = now();
  }

  private void check() {
    if (!channel.isOpen()) {
      return;
    }
    long now = now();
    if (writeStall.nanos(now) > times.writeStall().toNanos()) {
      connections.closed(ErrorCode.SLOW_READER);
      channel.close();
      return;
    }
    switch (phase) {
      case FIRST, RECEIVING -> {
        if (now - since > times.request().toNanos()) {
          expire();
        }
      }
      case IDLE -> {
        if (now - since > times.idle().toNanos()) {
          channel.close();
          return;
        }
      }
      case LINGERING -> {
        if (now - since > LINGER_NANOS) {
          channel.close();
          return;
        }
      }
      case ANSWERING, EXPIRED -> {
        // The write stall limits these phases.
      }
    }
    checkLater();
  }

  private void expire() {
    connections.closed(received ? ErrorCode.SLOW_WRITER : ErrorCode.HANDSHAKE_TIMEOUT);
    if (!received || incomplete || !canAnswer()) {
      channel.close(); // nothing to answer, answered already, or no TLS yet
      return;
    }
    enter(Phase.EXPIRED);
    StatusPage page =
        StatusPage.text(
            408,
            "the request was not complete within "
                + TimeSpan.format(times.request())
                + " (http.requestTimeout)");
    channel.writeAndFlush(PageHandler.response(page, false, true)).addListener(sent -> linger());
  }

  /** No lambda: it would load the class without TLS. */
  private boolean canAnswer() {
    return tls.isEmpty() || tls.get().isOpen(channel);
  }

  private void checkLater() {
    nextCheck = channel.eventLoop().schedule(this::check, checkNanos, TimeUnit.NANOSECONDS);
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }
}
