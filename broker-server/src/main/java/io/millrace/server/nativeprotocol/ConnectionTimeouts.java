package io.millrace.server.nativeprotocol;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.server.settings.ConnectionSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long a connection may keep the broker waiting: for its Hello, for a sign of life, to take
 * what was sent, to go. Looks now and then, so that the hot path only notes the time. Event loop
 * only.
 */
final class ConnectionTimeouts {

  private static final long SHORTEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final long LONGEST_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A timeout is noticed late by at most this part of it. */
  private static final int LOOKS_PER_TIMEOUT = 8;

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionTimeouts.class);

  private final Channel channel;
  private final ConnectionSettings times;
  private final NativeConnection connection;
  private final long lookNanos;

  private Future<?> nextLook;
  private long openedAt;
  private long heardAt;
  private long leaveBy;

  // What stood first in line to be sent at the last look, and how much of it was taken.
  private Object firstInLine;
  private long taken;
  private long takenAt;

  ConnectionTimeouts(Channel channel, ConnectionSettings times, NativeConnection connection) {
    this.channel = channel;
    this.times = times;
    this.connection = connection;
    long shortest =
        Math.min(
            times.handshakeTimeout().toNanos(),
            Math.min(times.idleTimeout().toNanos(), times.writeStallTimeout().toNanos()));
    lookNanos =
        Math.max(SHORTEST_LOOK_NANOS, Math.min(LONGEST_LOOK_NANOS, shortest / LOOKS_PER_TIMEOUT));
  }

  void start() {
    openedAt = now();
    heardAt = openedAt;
    takenAt = openedAt;
    lookLater();
  }

  void stop() {
    if (nextLook != null) {
      nextLook.cancel(false);
    }
  }

  /** Bytes have come. */
  void heard() {
    heardAt = now();
  }

  /** The connection is to be gone after so much time, whatever the client does. */
  void leaving(Duration grace) {
    leaveBy = now() + grace.toNanos();
  }

  private void look() {
    long now = now();
    switch (connection.state()) {
      case AWAITING_HELLO -> lookAtHandshake(now);
      case SERVING -> lookAtSilence(now);
      case GOING_AWAY, LINGERING -> lookAtLeaving(now);
      case CLOSED -> {
        return;
      }
    }
    lookAtStall(now);
    lookLater();
  }

  private void lookAtHandshake(long now) {
    if (now - openedAt > times.handshakeTimeout().toNanos()) {
      connection.goAway(
          ErrorCode.HANDSHAKE_TIMEOUT,
          "no Hello came within "
              + TimeSpan.format(times.handshakeTimeout())
              + " (connections.handshakeTimeout)",
          NativeConnection.LINGER);
    }
  }

  /** A client that the broker does not read from is not silent. */
  private void lookAtSilence(long now) {
    if (connection.isReading() && now - heardAt > times.idleTimeout().toNanos()) {
      connection.goAway(
          ErrorCode.IDLE_TIMEOUT,
          "nothing came within "
              + TimeSpan.format(times.idleTimeout())
              + " (connections.idleTimeout): ping every third of it",
          NativeConnection.LINGER);
    }
  }

  private void lookAtLeaving(long now) {
    if (now - leaveBy > 0) {
      channel.close();
    }
  }

  private void lookAtStall(long now) {
    ChannelOutboundBuffer line = channel.unsafe().outboundBuffer();
    Object first = line == null ? null : line.current();
    long progress = line == null ? 0 : line.currentProgress();
    if (first == null || first != firstInLine || progress != taken) {
      firstInLine = first;
      taken = progress;
      takenAt = now;
    } else if (now - takenAt > times.writeStallTimeout().toNanos()) {
      // No GO_AWAY: it would stand at the end of a line that does not move.
      LOG.warn(
          "event=slow_reader_dropped client={} remote={} unsentBytes={} timeout={}",
          connection.session().clientId(),
          channel.remoteAddress(),
          line.totalPendingWriteBytes(),
          TimeSpan.format(times.writeStallTimeout()));
      connection.drop(ErrorCode.SLOW_READER);
    }
  }

  private void lookLater() {
    nextLook = channel.eventLoop().schedule(this::look, lookNanos, TimeUnit.NANOSECONDS);
  }

  private long now() {
    return channel.eventLoop().ticker().nanoTime();
  }
}
