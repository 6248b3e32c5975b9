package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Response;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends pings over a connection, so that the broker does not close it as idle, and so that the
 * client detects a broker that has disappeared. The response to a ping is late when it is queued
 * after megabytes on a slow line. Therefore the client closes the connection only if it receives no
 * bytes at all. Event loop only.
 */
final class Heartbeat implements ResponseHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final int PINGS_PER_IDLE_TIMEOUT = 3;

  private final ClientSettings settings;
  private final ClientConnection connection;
  private final EventLoop eventLoop;
  private final long intervalMs;
  private Future<?> timer;
  private long readsAtStart;

  /**
   * @param idleTimeoutMs the time after which the broker closes a connection without requests
   */
  Heartbeat(
      ClientSettings settings,
      ClientConnection connection,
      EventLoop eventLoop,
      int idleTimeoutMs) {
    this.settings = settings;
    this.connection = connection;
    this.eventLoop = eventLoop;
    this.intervalMs = Math.max(1, idleTimeoutMs / PINGS_PER_IDLE_TIMEOUT);
  }

  /** Schedules the next ping. */
  void start() {
    timer = eventLoop.schedule(this::ping, intervalMs, TimeUnit.MILLISECONDS);
  }

  /** Sends no more pings. */
  void stop() {
    timer.cancel(false);
  }

  @Override
  public Api api() {
    return Api.PING;
  }

  @Override
  public void answered(Response response) {
    timer.cancel(false);
    if (!connection.isLeaving()) {
      start();
    }
  }

  @Override
  public void lost(MillraceException cause) {
    LOG.debug("event=ping_lost server={} cause={}", settings.server(), cause.toString());
  }

  private void ping() {
    connection.send(new PingRequest(), this);
    awaitResponse();
  }

  private void awaitResponse() {
    readsAtStart = connection.reads();
    long timeoutMs = settings.requestTimeout().toMillis();
    timer = eventLoop.schedule(this::timedOut, timeoutMs, TimeUnit.MILLISECONDS);
  }

  private void timedOut() {
    if (connection.reads() != readsAtStart) {
      awaitResponse();
      return;
    }
    connection.close(
        new MillraceException(
            ErrorCode.REQUEST_TIMEOUT,
            "the broker at "
                + settings.server()
                + " did not answer a ping, and sent no other bytes, within "
                + TimeSpan.format(settings.requestTimeout())));
  }
}
