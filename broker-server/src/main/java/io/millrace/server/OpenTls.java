package io.millrace.server;

import io.millrace.server.settings.TlsSettings;
import io.millrace.server.tls.ListenerTls;
import io.millrace.server.tls.TlsContexts;
import io.millrace.server.tls.TlsException;
import java.time.InstantSource;

/**
 * Opens the TLS of a server, whose failures are failures of the start. A class of its own, so that
 * a server without TLS loads nothing of it.
 */
final class OpenTls {

  private OpenTls() {}

  /**
   * Reads the certificate.
   *
   * @throws StartException if it, or another file of TLS, cannot be used
   */
  static TlsContexts contexts(TlsSettings settings, InstantSource clock) {
    try {
      return TlsContexts.open(settings, clock);
    } catch (TlsException e) {
      throw StartException.tls(e);
    }
  }

  /**
   * The TLS of one listener.
   *
   * @throws StartException if the implementation of TLS does not take the certificate
   */
  static ListenerTls listener(TlsContexts contexts, String name, String protocol) {
    try {
      return contexts.listener(name, protocol);
    } catch (TlsException e) {
      throw StartException.tls(e);
    }
  }
}
