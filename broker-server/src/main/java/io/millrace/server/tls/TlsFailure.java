package io.millrace.server.tls;

import io.netty.handler.ssl.NotSslRecordException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Locale;

/** Why TLS of a connection failed, for metrics and the log. */
enum TlsFailure {
  /** The client has no certificate although it must have one, or its certificate is not valid. */
  CLIENT_CERTIFICATE,
  /** The client sent an alert. It does not trust the certificate of the broker, for example. */
  ALERT_OF_CLIENT,
  /** Client and broker have no version or no cipher suite in common. */
  NOTHING_IN_COMMON,
  /** The connection was closed before the handshake was complete. */
  CLOSED,
  /** Bytes of the client are not TLS, or have changed on their way. */
  MALFORMED,
  OTHER;

  private static final List<String> CERTIFICATE_TEXTS =
      List.of("certificate_required", "peer_did_not_return", "empty client certificate");
  private static final List<String> ALERT_TEXTS =
      List.of("received fatal alert", "received close_notify", "v1_alert_", "v3_alert_");
  private static final List<String> NOTHING_IN_COMMON_TEXTS =
      List.of(
          "no_shared_cipher",
          "unsupported_protocol",
          "no cipher suites in common",
          "not enabled or supported",
          "not accepted by server",
          "no_common_signature",
          "no_shared_group",
          "inappropriate_fallback",
          "protocol_version");

  /** The kind of a failure. BoringSSL and the JDK say the same in different words. */
  static TlsFailure of(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof CertificateException || each instanceof CertPathValidatorException) {
        return CLIENT_CERTIFICATE;
      }
      if (each instanceof NotSslRecordException) {
        return MALFORMED;
      }
      if (each instanceof ClosedChannelException) {
        return CLOSED;
      }
    }
    return ofText(String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT));
  }

  private static TlsFailure ofText(String text) {
    if (hasOne(CERTIFICATE_TEXTS, text)) {
      return CLIENT_CERTIFICATE;
    }
    if (hasOne(ALERT_TEXTS, text)) {
      return ALERT_OF_CLIENT;
    }
    if (hasOne(NOTHING_IN_COMMON_TEXTS, text)) {
      return NOTHING_IN_COMMON;
    }
    if (text.contains("closed while ssl/tls handshake")) {
      return CLOSED;
    }
    return text.contains("record") || text.contains("decode") || text.contains("parse")
        ? MALFORMED
        : OTHER;
  }

  private static boolean hasOne(List<String> texts, String text) {
    return texts.stream().anyMatch(text::contains);
  }

  /** The value of the label of metrics. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
