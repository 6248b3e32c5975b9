package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.server.listener.WriteStall;
import io.millrace.server.settings.ConnectionSettings;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timeouts of one connection: for HELLO and the credential, for any byte from the client, for a
 * whole frame, for the client to take bytes, and for the close. A periodic check compares times, so
 * that the hot path only records the time. Event loop of the connection.
 */
final class ConnectionTimeouts {

  private static final long MIN_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long MAX_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * The number of checks during the shortest timeout, within the bounds above. So the connection
   * closes at most an eighth of this timeout too late.
   */
  private static final int CHECKS_PER_TIMEOUT = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionTimeouts.class);

  private final Channel channel;
  private final ConnectionSettings times;
  private final NativeConnection connection;
  private final long checkNanos;

  private Future<?> nextCheck;
  private long openedAt;
  private long receivedAt;
  private long closeAt;

  private final WriteStall writeStall;

  // The number of complete frames at the last check, and the first check since which the next frame
  // is unfinished.
  private long completeFrames;
  private long unfinishedSince;

  ConnectionTimeouts(Channel channel, ConnectionSettings times, NativeConnection connection) {
    this.channel = channel;
    this.times = times;
    this.connection = connection;
    writeStall = new WriteStall(channel);
    long shortest =
        Stream.of(
                times.handshakeTimeout(),
                times.idleTimeout(),
                times.frameTimeout(),
                times.writeStallTimeout())
            .mapToLong(Duration::toNanos)
            .min()
            .getAsLong();
    checkNanos =
        Math.max(MIN_CHECK_NANOS, Math.min(MAX_CHECK_NANOS, shortest / CHECKS_PER_TIMEOUT));
  }

  void start() {
    openedAt = now();
    receivedAt = openedAt;
    unfinishedSince = openedAt;
    checkLater();
  }

  void stop() {
    if (nextCheck != null) {
      nextCheck.cancel(false);
    }
  }

  /** Records that bytes have come from the client. */
  void bytesReceived() {
    receivedAt = now();
  }

  /** Closes the connection after the grace period, if it is still open then. */
  void closeWithin(Duration grace) {
    closeAt = now() + grace.toNanos();
  }

  private void check() {
    long now = now();
    switch (connection.state()) {
      case AWAITING_HELLO, AUTHENTICATING -> checkHandshake(now);
      case SERVING -> {
        checkIdle(now);
        checkFrame(now);
        if (connection.login() != null) {
          connection.login().check();
        }
      }
      case GOING_AWAY, LINGERING -> checkClose(now);
      case CLOSED -> {
        return;
      }
    }
    connection.decoder().makeRoom();
    checkWriteStall(now);
    checkLater();
  }

  private void checkHandshake(long now) {
    if (now - openedAt > times.handshakeTimeout().toNanos()) {
      connection.goAway(
          ErrorCode.HANDSHAKE_TIMEOUT,
          (connection.state() == ConnectionState.AUTHENTICATING
                  ? "received no valid credential within "
                  : "received no HELLO within ")
              + TimeSpan.format(times.handshakeTimeout())
              + " (connections.handshakeTimeout); check that the client is one of Millrace, and that"
              + " the network does not lose bytes",
          NativeConnection.LINGER);
    }
  }

  /** A connection that the broker does not read from is not idle. */
  private void checkIdle(long now) {
    if (connection.decoder().isReading() && now - receivedAt > times.idleTimeout().toNanos()) {
      connection.goAway(
          ErrorCode.IDLE_TIMEOUT,
          "received nothing within "
              + TimeSpan.format(times.idleTimeout())
              + " (connections.idleTimeout); a client sends a PING after a third of this time, unless"
              + " its program or the network pauses",
          NativeConnection.LINGER);
    }
  }

  private void checkClose(long now) {
    if (now - closeAt > 0) {
      channel.close();
    }
  }

  /** The time does not count while the broker does not read from the connection. */
  private void checkFrame(long now) {
    RequestFrameDecoder decoder = connection.decoder();
    if (!decoder.isReading() || !decoder.isUnfinished() || decoder.frames() != completeFrames) {
      completeFrames = decoder.frames();
      unfinishedSince = now;
    } else if (now - unfinishedSince > times.frameTimeout().toNanos()) {
      connection.goAway(
          ErrorCode.SLOW_WRITER,
          "a frame was not complete within "
              + TimeSpan.format(times.frameTimeout())
              + " (connections.frameTimeout); send smaller batches (batchBytes of a producer), or"
              + " raise connections.frameTimeout",
          NativeConnection.LINGER);
    }
  }

  private void checkWriteStall(long now) {
    if (writeStall.nanos(now) > times.writeStallTimeout().toNanos()) {
      // No GO_AWAY: the client would have to take all unsent bytes first.
      LOG.warn(
          "event=slow_reader_dropped client={} remote={} unsentBytes={} timeout={}",
          connection.session().clientInLog(),
          channel.remoteAddress(),
          connection.writer().unsentBytes(),
          TimeSpan.format(times.writeStallTimeout()));
      connection.drop(ErrorCode.SLOW_READER);
    }
  }

  private void checkLater() {
    nextCheck = channel.eventLoop().schedule(this::check, checkNanos, TimeUnit.NANOSECONDS);
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }
}
