package io.millrace.server.http;

import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import java.util.List;

/**
 * The settings of the HTTP listener, section {@code http}. It serves during the recovery, so that
 * probes get an answer.
 */
public record HttpListenerSettings(ListenAddress address) implements ListenerSettings {

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
    return HttpListener.open(address, context);
  }
}
