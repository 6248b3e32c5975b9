package io.millrace.server.settings;

import io.millrace.storage.EngineSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One section of the configuration. Each method reads a setting, whose key is relative to the
 * section, and checks its range. A wrong value throws {@link ConfigException} with the full key.
 * One thread.
 */
public final class SettingsSection implements EngineSettings {

  private static final int MAX_PORT = 65_535;

  private final String name;
  private final SettingValues values;
  private final List<ListenAddress> addresses = new ArrayList<>();

  SettingsSection(String name, SettingValues values) {
    this.name = name;
    this.values = values;
  }

  @Override
  public String text(String key, String fallback) {
    String text = values.text(keyOf(key), fallback);
    Bounds.notBlank(keyOf(key), text);
    return text;
  }

  @Override
  public boolean flag(String key, boolean fallback) {
    return values.flag(keyOf(key), fallback);
  }

  @Override
  public int count(String key, int fallback, int min, int max) {
    int count = values.count(keyOf(key), fallback);
    Bounds.count(keyOf(key), count, min, max);
    return count;
  }

  @Override
  public long size(String key, long fallback, long min, long max) {
    long bytes = values.size(keyOf(key), fallback);
    Bounds.size(keyOf(key), bytes, min, max);
    return bytes;
  }

  @Override
  public Duration duration(String key, Duration fallback, Duration min, Duration max) {
    Duration duration = values.duration(keyOf(key), fallback);
    Bounds.duration(keyOf(key), duration, min, max);
    return duration;
  }

  /** The settings {@code host}, which is the loopback address by default, and {@code port}. */
  public ListenAddress address(int defaultPort) {
    ListenAddress address =
        new ListenAddress(name, text("host", "127.0.0.1"), count("port", defaultPort, 0, MAX_PORT));
    addresses.add(address);
    return address;
  }

  /** The setting {@code tls}: whether the connections of the listener use TLS. */
  public TlsMode tlsMode() {
    return TlsMode.valueOf(
        values.oneOf(keyOf("tls"), "auto", TlsMode.NAMES).toUpperCase(Locale.ROOT));
  }

  /** The addresses that were read so far. */
  public List<ListenAddress> addresses() {
    return List.copyOf(addresses);
  }

  private String keyOf(String key) {
    return name + "." + key;
  }
}
