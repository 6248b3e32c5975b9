package io.millrace.server.settings;

import java.util.List;

/** Whether the connections of a listener use TLS: the setting {@code tls} of its section. */
public enum TlsMode {
  /** If the broker has a certificate. */
  AUTO,
  ON,
  OFF;

  static final List<String> NAMES = List.of("auto", "on", "off");

  /**
   * Whether the listener uses TLS.
   *
   * @param certificate whether the broker has a certificate
   */
  public boolean isOn(boolean certificate) {
    return this == ON || this == AUTO && certificate;
  }
}
