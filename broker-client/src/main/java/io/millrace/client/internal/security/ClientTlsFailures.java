package io.millrace.client.internal.security;

import io.millrace.protocol.Quoted;
import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Says in words why a connection with TLS has failed. */
public final class ClientTlsFailures {

  private static final String CLOSED =
      "the server closed the connection during the TLS handshake; it may have no TLS on this port";

  private ClientTlsFailures() {}

  /** Whether a failure is one of TLS. */
  public static boolean isOfTls(Throwable failure) {
    return failure instanceof SSLException;
  }

  /** The failure of a handshake whose connection was closed. */
  public static TlsSetupException closed(Throwable cause) {
    return new TlsSetupException(CLOSED, cause);
  }

  /**
   * Explains the failure of a handshake, or the alert that follows it. In TLS 1.3 the broker checks
   * the certificate of the client after the client has finished its handshake.
   *
   * @param tls what the connection uses
   */
  public static TlsSetupException explain(Throwable failure, TlsContext tls) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedCertificateException refused) {
        return new TlsSetupException(refused.getMessage(), failure);
      }
    }
    return new TlsSetupException(reason(failure, tls.certificate()), failure);
  }

  private static String reason(Throwable failure, Optional<X509Certificate> own) {
    if (failure instanceof NotSslRecordException) {
      return "the server answered without TLS: the port has no TLS; connect without TLS, or to the"
          + " port of a broker with TLS";
    }
    String text = String.valueOf(failure.getMessage());
    String alert = text.toLowerCase(Locale.ROOT);
    if (failure instanceof ClosedChannelException || alert.contains("connection closed while")) {
      return CLOSED;
    }
    if (alert.contains("no_application_protocol")) {
      return "the port speaks TLS, but not the protocol of Millrace ("
          + ClientTlsContexts.ALPN
          + "); it may be the port of HTTP";
    }
    if (alert.contains("protocol_version")) {
      return "the server has no TLS 1.3 or 1.2, and the client takes nothing older";
    }
    if (own.isEmpty() && isAboutCertificate(alert)) {
      return "the broker needs a certificate of the client; give the client one with its key ("
          + text
          + ")";
    }
    if (own.isPresent() && (isAboutCertificate(alert) || alert.contains("internal_error"))) {
      X509Certificate certificate = own.get();
      return "the broker refused the certificate of the client, "
          + Quoted.text(certificate.getSubjectX500Principal().getName())
          + ", issued by "
          + Quoted.text(certificate.getIssuerX500Principal().getName())
          + ", valid until "
          + certificate.getNotAfter().toInstant()
          + "; give one that an authority of the broker has issued ("
          + text
          + ")";
    }
    if (alert.contains("handshake_failure")) {
      return "the server and the client have no common cipher suite, or the broker needs a"
          + " certificate of the client ("
          + text
          + ")";
    }
    return "TLS failed: " + text;
  }

  private static boolean isAboutCertificate(String alert) {
    return alert.contains("certificate") || alert.contains("unknown_ca");
  }
}
