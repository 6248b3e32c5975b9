package io.millrace.server.http;

import io.millrace.server.listener.ListenerProvider;
import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SettingsSection;
import io.millrace.server.settings.TlsMode;
import java.time.Duration;
import java.util.Optional;

/** The HTTP listener, enabled by default. */
public final class HttpListenerProvider implements ListenerProvider {

  static final String NAME = "http";

  private static final int DEFAULT_PORT = 9711;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String section() {
    return "http";
  }

  @Override
  public Optional<ListenerSettings> configure(SettingsSection settings) {
    boolean enabled = settings.flag("enabled", true);
    ListenAddress address = settings.address(DEFAULT_PORT);
    TlsMode tls = settings.tlsMode();
    Duration requestTimeout =
        settings.duration(
            "requestTimeout", Duration.ofSeconds(10), Duration.ofMillis(10), Duration.ofDays(1));
    String allowedHosts = settings.text("allowedHosts", "localhost");
    return enabled
        ? Optional.of(
            new HttpListenerSettings(
                address, tls, requestTimeout, AllowedHosts.of(allowedHosts, address.host())))
        : Optional.empty();
  }
}
