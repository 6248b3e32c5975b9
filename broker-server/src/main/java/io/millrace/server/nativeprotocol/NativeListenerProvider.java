package io.millrace.server.nativeprotocol;

import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.SettingsSection;
import java.util.Optional;

/** The listener of the native protocol, which is always enabled. */
public final class NativeListenerProvider implements ListenerProvider {

  static final String NAME = "native";

  private static final int DEFAULT_PORT = 9710;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String section() {
    return "listen";
  }

  @Override
  public Optional<ListenerSettings> configure(SettingsSection settings) {
    return Optional.of(
        new NativeListenerSettings(settings.address(DEFAULT_PORT), settings.tlsMode()));
  }
}
