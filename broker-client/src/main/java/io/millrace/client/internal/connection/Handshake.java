package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.ClientLogins;
import io.millrace.client.internal.security.LoginMessages;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.TimeSpan;
import io.millrace.protocol.wire.Api;
import io.millrace.protocol.wire.BrokerInfo;
import io.millrace.protocol.wire.ErrorResponse;
import io.millrace.protocol.wire.HelloRequest;
import io.millrace.protocol.wire.HelloResponse;
import io.millrace.protocol.wire.LoginInfo;
import io.millrace.protocol.wire.NegotiatedVersions;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.SupportedVersions;
import io.millrace.protocol.wire.WireException;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handshake of a connection, within the connect timeout: sends Hello, authenticates the client
 * if the broker needs it, and takes the highest version of each api that the client and the broker
 * support. Event loop only.
 *
 * <p>The client sends Hello in its highest version. If the broker does not support this version,
 * the client sends Hello in version 1, which every broker supports.
 */
final class Handshake implements ResponseHandler, ClientAuthentication.Outcome {

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
  private final ClientSecurityContext security;
  private final ClientConnection connection;
  private Channel channel;
  private CredentialRenewal renewal;
  private boolean authenticating;
  private Future<?> timer;
  private int helloVersion;

  Handshake(ClientSettings settings, ClientSecurityContext security, ClientConnection connection) {
    this.settings = settings;
    this.security = security;
    this.connection = connection;
  }

  /** Starts the timeout of the handshake. TLS may come first. */
  void begin(Channel connected, long deadlineNanos) {
    channel = connected;
    long leftNanos = deadlineNanos - System.nanoTime();
    timer = channel.eventLoop().schedule(this::timedOut, leftNanos, TimeUnit.NANOSECONDS);
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
    if (renewal != null) {
      renewal.stop();
    }
  }

  private void sendHello(int version) {
    helloVersion = version;
    List<String> mechanisms =
        security
            .settings()
            .credentials()
            .map(credentials -> ClientLogins.offered(credentials, security.tls().isPresent()))
            .orElse(List.of());
    connection.send(
        version, new HelloRequest(settings.clientId(), ClientSettings.SOFTWARE, mechanisms), this);
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
    HelloResponse hello = (HelloResponse) response;
    hello.broker().ifPresentOrElse(this::greeted, () -> authenticate(hello.mechanisms()));
  }

  private void authenticate(List<String> accepted) {
    if (security.settings().credentials().isEmpty()) {
      connection.close(
          new MillraceException(
              ErrorCode.AUTHENTICATION_REQUIRED,
              "the broker at "
                  + settings.server()
                  + " serves clients with credentials only; give the client a password or a token"));
      return;
    }
    if (ClientLogins.areSent(security.credentials()) && !maySendSecrets()) {
      connection.close(
          new MillraceException(
              ErrorCode.TLS_REQUIRED,
              "the client does not send its credentials ("
                  + security.credentials()
                  + ") to "
                  + settings.server()
                  + " without TLS, because others could read them; connect with TLS"));
      return;
    }
    try {
      Supplier<LoginMessages> logins =
          () -> ClientLogins.choose(security.credentials(), accepted, peer());
      LoginMessages login = logins.get();
      renewal = new CredentialRenewal(security, connection, logins);
      authenticating = true;
      new ClientAuthentication(security, connection, login, this).begin();
    } catch (MillraceException noCommonMechanism) {
      connection.close(noCommonMechanism);
    }
  }

  private boolean maySendSecrets() {
    return security.tls().isPresent() || security.settings().plaintextCredentials() || isLoopback();
  }

  /** Whether the broker is on the same machine. */
  private boolean isLoopback() {
    return channel.remoteAddress() instanceof InetSocketAddress remote
        && remote.getAddress().isLoopbackAddress();
  }

  /** The certificate of the broker; empty without TLS. */
  private Optional<X509Certificate> peer() {
    return security.tls().flatMap(tls -> tls.peer(channel));
  }

  @Override
  public void authenticated(LoginInfo login) {
    greeted(login.broker());
    if (connection.isOpen()) {
      LOG.debug("event=authenticated server={} principal={}", settings.server(), login.principal());
      renewal.authenticated(login);
    }
  }

  @Override
  public void refused(MillraceException why) {
    connection.close(why);
  }

  @Override
  public void unavailable(MillraceException why) {
    connection.close(why);
  }

  private void greeted(BrokerInfo hello) {
    timer.cancel(false);
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
            awaited()
                + " within "
                + TimeSpan.format(settings.connectTimeout())
                + "; "
                + (authenticating
                    ? "the broker is busy, or the program does not supply the credentials ("
                        + security.credentials()
                        + ")"
                    : ClientFailures.portHint(settings.server()))));
  }

  private String awaited() {
    if (authenticating) {
      return "the authentication was not finished";
    }
    return helloVersion == 0
        ? "the port did not finish the TLS handshake"
        : "the port did not answer Hello";
  }
}
