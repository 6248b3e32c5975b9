package io.millrace.server.http;

import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.TlsMode;
import java.time.Duration;
import java.util.List;

/**
 * The settings of the HTTP listener, section {@code http}. It serves during the recovery, so that
 * probes get an answer.
 *
 * @param requestTimeout longest time from connecting, or from the first byte of a later request, to
 *     the last byte of the request
 */
public record HttpListenerSettings(
    ListenAddress address, TlsMode tls, Duration requestTimeout, AllowedHosts allowedHosts)
    implements ListenerSettings {

  @Override
  public boolean servesDuringRecovery() {
    return true;
  }

  @Override
  public List<ListenAddress> addresses() {
    return List.of(address);
  }

  @Override
  public Listener open(ListenerContext context) throws ListenException {
    return HttpListener.open(this, context);
  }
}
