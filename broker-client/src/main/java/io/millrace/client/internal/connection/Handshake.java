package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.Response;
import io.netty.channel.EventLoop;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of a connection: sends Hello, waits for the response within the connect timeout,
 * and checks that the broker speaks the client's version of each api. Event loop only.
 */
final class Handshake implements ResponseHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  /** The apis that the first release did not have. Only a call that uses one of them needs it. */
  private static final Set<Api> LATER = EnumSet.of(Api.OPEN_NAMED_PRODUCER);

  private final ClientSettings settings;
  private final ClientConnection connection;
  private Future<?> timer;

  Handshake(ClientSettings settings, ClientConnection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /** Sends Hello. */
  void begin(EventLoop eventLoop, long deadlineNanos) {
    long leftNanos = deadlineNanos - System.nanoTime();
    timer = eventLoop.schedule(this::timedOut, leftNanos, TimeUnit.NANOSECONDS);
    connection.send(new HelloRequest(settings.clientId(), ClientSettings.SOFTWARE), this);
  }

  @Override
  public Api api() {
    return Api.HELLO;
  }

  @Override
  public void answered(Response response) {
    timer.cancel(false);
    if (response instanceof ErrorResponse refusal) {
      connection.close(ClientFailures.refused(refusal));
      return;
    }
    HelloResponse hello = (HelloResponse) response;
    for (Api api : Api.values()) {
      if (!LATER.contains(api) && !isSpoken(api, hello)) {
        connection.close(unsupported(api, settings, hello));
        return;
      }
    }
    connection.greeted(hello);
  }

  @Override
  public void lost(MillraceException cause) {
    timer.cancel(false);
    LOG.debug("event=hello_lost server={} cause={}", settings.server(), cause.toString());
  }

  /**
   * Refuses an api that the broker does not have.
   *
   * @throws MillraceException {@code UNSUPPORTED_VERSION} if the broker is too old for this api
   */
  static void requireSpoken(Api api, ClientSettings settings, HelloResponse hello) {
    if (!isSpoken(api, hello)) {
      throw unsupported(api, settings, hello);
    }
  }

  private static boolean isSpoken(Api api, HelloResponse hello) {
    return hello.apis().stream()
        .anyMatch(
            broker ->
                broker.api() == api.number()
                    && broker.minVersion() <= api.maxVersion()
                    && api.maxVersion() <= broker.maxVersion());
  }

  private static MillraceException unsupported(
      Api api, ClientSettings settings, HelloResponse hello) {
    return new MillraceException(
        ErrorCode.UNSUPPORTED_VERSION,
        "the broker at "
            + settings.server()
            + " (version "
            + hello.brokerVersion()
            + ") does not speak "
            + api
            + " version "
            + api.maxVersion()
            + "; use a client of the broker's version");
  }

  private void timedOut() {
    connection.close(
        new MillraceException(
            ErrorCode.SERVER_UNREACHABLE,
            settings.server()
                + " did not answer Hello within "
                + settings.connectTimeout()
                + "; check that this is the native port of a Millrace broker"));
  }
}
