package io.millrace.server.http;

import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SettingsSection;
import java.util.Optional;

/** The HTTP listener, enabled by default. */
public final class HttpListenerProvider implements ListenerProvider {

  private static final int DEFAULT_PORT = 9711;

  @Override
  public String name() {
    return "http";
  }

  @Override
  public String section() {
    return "http";
  }

  @Override
  public Optional<ListenerSettings> configure(SettingsSection settings) {
    boolean enabled = settings.flag("enabled", true);
    ListenAddress address = settings.address(DEFAULT_PORT);
    return enabled ? Optional.of(new HttpListenerSettings(address)) : Optional.empty();
  }
}
