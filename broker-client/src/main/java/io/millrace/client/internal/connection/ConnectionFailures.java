package io.millrace.client.internal.connection;

import io.millrace.client.MillraceException;
import io.millrace.client.internal.security.ClientTlsFailures;
import io.millrace.client.internal.security.TlsContext;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.GoAwayPush;
import io.millrace.protocol.wire.WireException;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why one connection is closed. A connection that breaks before it is open is a failed attempt
 * to connect. Its message is then the bare reason: {@link ConnectFailure} names the server. Event
 * loop only.
 */
final class ConnectionFailures {

  private static final Logger LOG = LoggerFactory.getLogger(ConnectionFailures.class);
  private static final String FOREIGN = "the port does not speak the protocol of Millrace: ";

  private final BrokerAddress server;
  private final Optional<TlsContext> tls;
  private boolean open;

  ConnectionFailures(BrokerAddress server, Optional<TlsContext> tls) {
    this.server = server;
    this.tls = tls;
  }

  /** The handshake is finished: from now on, a failure is that of an open connection. */
  void open() {
    open = true;
  }

  /** An exception of the channel. */
  MillraceException explain(Throwable thrown) {
    boolean wrapped = thrown instanceof DecoderException && thrown.getCause() != null;
    Throwable failure = wrapped ? thrown.getCause() : thrown;
    if (tls.isPresent() && ClientTlsFailures.isOfTls(failure)) {
      return ofTls(failure);
    }
    String reason = ClientFailures.reason(failure);
    if (failure instanceof WireException) {
      return open ? brokenProtocol(reason) : broken(FOREIGN + reason, failure);
    }
    if (!(failure instanceof IOException || failure instanceof CorruptedFrameException)) {
      LOG.warn("event=connection_failed server={}", server, failure);
    }
    return broken(reason, failure);
  }

  /** A failure of TLS, on a connection with TLS. */
  MillraceException ofTls(Throwable failure) {
    IOException explained = ClientTlsFailures.explain(failure, tls.orElseThrow());
    return broken(explained.getMessage(), explained);
  }

  /** The broker has closed the connection without a word. */
  MillraceException closed() {
    return broken("the broker closed the connection", null);
  }

  /** The broker has sent what it must not send. */
  MillraceException brokenProtocol(String violation) {
    return new MillraceException(
        ErrorCode.MALFORMED_FRAME, "the broker at " + server + " broke the protocol: " + violation);
  }

  /**
   * The broker closes the connection. If it no longer accepts the credentials of an open
   * connection, the client tries again: the next connection asks for them again.
   */
  MillraceException goAway(GoAwayPush push) {
    String closes = "the broker at " + server + " closes the connection: ";
    return open && !push.code().retriable() && ClientFailures.isOfAuthentication(push.code())
        ? new MillraceException(
            ErrorCode.CONNECTION_LOST, closes + push.code() + ": " + push.message())
        : new MillraceException(push.code(), closes + push.message());
  }

  private MillraceException broken(String reason, Throwable failure) {
    return open
        ? ClientFailures.connectionLost(server, reason, failure)
        : new MillraceException(ErrorCode.SERVER_UNREACHABLE, reason, failure);
  }
}
