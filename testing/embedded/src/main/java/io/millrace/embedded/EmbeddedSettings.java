package io.millrace.embedded;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The settings of an embedded broker, without those that the broker sets itself. */
final class EmbeddedSettings {

  /** The settings that the broker sets itself, and what to call instead. */
  private static final Map<String, String> OWN_SETTINGS =
      Map.of(
          "dataDir", "directory(...)",
          "storage.engine", "inMemory(), directory(...) or temporaryDirectory()",
          "listen.host", "nothing: it is the loopback address",
          "listen.port", "nothing: address() has the port",
          "http.host", "nothing: it is the loopback address",
          "http.port", "http(); httpAddress() has the port",
          "http.enabled", "http()");

  private final Map<String, String> values = new HashMap<>(Map.of("http.enabled", "false"));

  /**
   * Sets what a test may set.
   *
   * @throws IllegalArgumentException if the embedded broker has a method for this setting
   */
  void set(String key, String value) {
    String instead = OWN_SETTINGS.get(key);
    if (instead != null) {
      throw new IllegalArgumentException(
          "the embedded broker sets " + key + " itself; use " + instead);
    }
    values.put(key, Objects.requireNonNull(value, key));
  }

  /** A clock that a test moves is looked at often. */
  void useManualClock() {
    values.putIfAbsent("retention.checkInterval", "100ms");
  }

  void openHttp() {
    values.put("http.enabled", "true");
  }

  Map<String, String> values() {
    return values;
  }
}
