package io.millrace.server.toy;

import io.millrace.server.listener.ListenException;
import io.millrace.server.listener.Listener;
import io.millrace.server.listener.ListenerContext;
import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SettingsSection;
import io.millrace.server.settings.TlsMode;
import java.util.List;
import java.util.Optional;

/** A listener of a third protocol. No class of the server depends on it. */
public final class LineListenerProvider implements ListenerProvider {

  @Override
  public String name() {
    return "lines";
  }

  @Override
  public String section() {
    return "listeners.lines";
  }

  @Override
  public Optional<ListenerSettings> configure(SettingsSection settings) {
    boolean enabled = settings.flag("enabled", false);
    ListenAddress address = settings.address(9799);
    int maxLineBytes = settings.count("maxLineBytes", 1024, 16, 65_536);
    return enabled ? Optional.of(new Settings(address, maxLineBytes)) : Optional.empty();
  }

  private record Settings(ListenAddress address, int maxLineBytes) implements ListenerSettings {

    @Override
    public boolean servesDuringRecovery() {
      return false;
    }

    @Override
    public List<ListenAddress> addresses() {
      return List.of(address);
    }

    @Override
    public TlsMode tls() {
      return TlsMode.OFF;
    }

    @Override
    public Listener open(ListenerContext context) throws ListenException {
      return LineListener.open(address, maxLineBytes, context);
    }
  }
}
