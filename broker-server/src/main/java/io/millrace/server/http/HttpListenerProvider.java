package io.millrace.server.http;

import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SettingsSection;
import java.time.Duration;
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
    Duration requestTimeout =
        settings.duration(
            "requestTimeout", Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofDays(1));
    String allowedHosts = settings.text("allowedHosts", "localhost");
    return enabled
        ? Optional.of(
            new HttpListenerSettings(
                address, requestTimeout, AllowedHosts.of(allowedHosts, address.host())))
        : Optional.empty();
  }
}
