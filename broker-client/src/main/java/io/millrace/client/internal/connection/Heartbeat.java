package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.PingRequest;
import io.millrace.protocol.wire.Response;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pings that keep a connection from being idle, and find out when the broker is gone without a
 * word. A ping that waits behind megabytes on a slow line is late; the broker is gone only when
 * nothing else comes from it either. Event loop only.
 */
final class Heartbeat implements ResponseHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final int PINGS_PER_IDLE_TIMEOUT = 3;

  private final ClientSettings settings;
  private final ClientConnection connection;
  private final EventLoop eventLoop;
  private final long everyMs;
  private Future<?> timer;
  private long readsBefore;

  /**
   * @param idleTimeoutMs after which the broker closes a silent connection
   */
  Heartbeat(
      ClientSettings settings,
      ClientConnection connection,
      EventLoop eventLoop,
      int idleTimeoutMs) {
    this.settings = settings;
    this.connection = connection;
    this.eventLoop = eventLoop;
    this.everyMs = Math.max(1, idleTimeoutMs / PINGS_PER_IDLE_TIMEOUT);
  }

  void start() {
    timer = eventLoop.schedule(this::ping, everyMs, TimeUnit.MILLISECONDS);
  }

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
    listen();
  }

  private void listen() {
    readsBefore = connection.reads();
    long timeoutMs = settings.requestTimeout().toMillis();
    timer = eventLoop.schedule(this::unanswered, timeoutMs, TimeUnit.MILLISECONDS);
  }

  private void unanswered() {
    if (connection.reads() != readsBefore) {
      listen();
      return;
    }
    connection.close(
        new MillraceException(
            ErrorCode.REQUEST_TIMEOUT,
            "the broker at "
                + settings.server()
                + " did not answer a ping, nor say anything else, within "
                + settings.requestTimeout()));
  }
}
