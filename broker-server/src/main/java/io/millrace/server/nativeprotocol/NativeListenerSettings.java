package io.millrace.server.nativeprotocol;

import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.TlsMode;
import java.util.List;

/** The settings of the native listener, section {@code listen}. */
public record NativeListenerSettings(ListenAddress address, TlsMode tls)
    implements ListenerSettings {

  @Override
  public boolean servesDuringRecovery() {
    return false;
  }

  @Override
  public List<ListenAddress> addresses() {
    return List.of(address);
  }

  @Override
  public Listener open(ListenerContext context) throws ListenException {
    return NativeListener.open(this, context);
  }
}
