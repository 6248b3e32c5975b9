package io.millrace.server.nativeprotocol;

import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;

/** Section {@code listen}. */
public record NativeListenerSettings(ListenAddress address) implements ListenerSettings {

  @Override
  public boolean servesDuringRecovery() {
    return false;
  }

  @Override
  public Listener open(ListenerContext context) throws ListenException {
    return NativeListener.open(address, context);
  }
}
