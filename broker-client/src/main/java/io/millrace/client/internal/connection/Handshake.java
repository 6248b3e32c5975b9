package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.NegotiatedVersions;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.WireException;
import io.netty.channel.EventLoop;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of a connection: sends Hello, waits for the response within the connect timeout,
 * and takes the highest version of each api that the client and the broker support. Event loop
 * only.
 *
 * <p>The client sends Hello in its highest version. If the broker does not support this version,
 * the client sends Hello in version 1, which every broker supports.
 */
final class Handshake implements ResponseHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Handshake.class);

  /**
   * The requests of the first release, which every broker has; the list does not grow. A client
   * connects to a broker without a later request; only a call that uses the request fails.
   */
  private static final Set<Api> FIRST_REQUESTS = EnumSet.range(Api.HELLO, Api.LIST_SOURCES);

  /** The pushes of the first release. */
  private static final Set<Api> FIRST_PUSHES = EnumSet.range(Api.DELIVER, Api.GO_AWAY);

  /** The version of Hello that every broker supports. */
  private static final int FIRST_VERSION = 1;

  private final ClientSettings settings;
  private final ClientConnection connection;
  private Future<?> timer;
  private int helloVersion;

  Handshake(ClientSettings settings, ClientConnection connection) {
    this.settings = settings;
    this.connection = connection;
  }

  /** Starts the timeout of the handshake. TLS may come first. */
  void begin(EventLoop eventLoop, long deadlineNanos) {
    long leftNanos = deadlineNanos - System.nanoTime();
    timer = eventLoop.schedule(this::timedOut, leftNanos, TimeUnit.NANOSECONDS);
  }

  /** The connection can send: sends Hello. */
  void connected() {
    sendHello(settings.versions().max(Api.HELLO));
  }

  /** The connection is closed. */
  void closed() {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private void sendHello(int version) {
    helloVersion = version;
    connection.send(version, new HelloRequest(settings.clientId(), ClientSettings.SOFTWARE), this);
  }

  @Override
  public Api api() {
    return Api.HELLO;
  }

  @Override
  public void answered(Response response) {
    if (response instanceof ErrorResponse refusal) {
      refused(refusal);
      return;
    }
    timer.cancel(false);
    Optional<BrokerInfo> info = ((HelloResponse) response).broker();
    if (info.isEmpty()) {
      connection.close(
          new MillraceException(
              ErrorCode.AUTHENTICATION_REQUIRED,
              "the broker at " + settings.server() + " serves clients with a credential only"));
      return;
    }
    BrokerInfo hello = info.get();
    if (!hasUsableLimits(hello)) {
      connection.close(
          new MillraceException(
              ErrorCode.MALFORMED_FRAME,
              "the broker at "
                  + settings.server()
                  + " broke the protocol: it announced the limits maxEventBytes="
                  + hello.maxEventBytes()
                  + " maxBatchBytes="
                  + hello.maxBatchBytes()
                  + " idleTimeoutMs="
                  + hello.idleTimeoutMs()
                  + "; each must be 1 or more"));
      return;
    }
    NegotiatedVersions versions =
        NegotiatedVersions.between(settings.versions(), SupportedVersions.of(hello.apis()));
    try {
      FIRST_REQUESTS.forEach(versions::of);
      FIRST_PUSHES.forEach(versions::of);
    } catch (WireException unsupported) {
      connection.close(explain(unsupported, settings, hello));
      return;
    }
    connection.greeted(hello, versions);
  }

  private static boolean hasUsableLimits(BrokerInfo hello) {
    return hello.maxEventBytes() > 0 && hello.maxBatchBytes() > 0 && hello.idleTimeoutMs() > 0;
  }

  private void refused(ErrorResponse refusal) {
    if (refusal.code() == ErrorCode.UNSUPPORTED_VERSION && helloVersion != FIRST_VERSION) {
      sendHello(FIRST_VERSION);
      return;
    }
    timer.cancel(false);
    connection.close(ClientFailures.refused(refusal));
  }

  @Override
  public void lost(MillraceException cause) {
    timer.cancel(false);
    LOG.debug("event=hello_lost server={} cause={}", settings.server(), cause.toString());
  }

  /** The failure of a call whose api has no common version. */
  static MillraceException explain(
      WireException unsupported, ClientSettings settings, BrokerInfo hello) {
    return new MillraceException(
        unsupported.code(),
        "the broker at "
            + settings.server()
            + " (version "
            + hello.brokerVersion()
            + ") and this client have no common version of an api: "
            + unsupported.getMessage());
  }

  private void timedOut() {
    connection.close(
        new MillraceException(
            ErrorCode.SERVER_UNREACHABLE,
            (helloVersion == 0
                    ? "the port did not finish the TLS handshake within "
                    : "the port did not answer Hello within ")
                + TimeSpan.format(settings.connectTimeout())
                + "; "
                + ClientFailures.portHint(settings.server())));
  }
}
