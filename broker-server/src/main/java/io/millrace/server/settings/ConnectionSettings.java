package io.millrace.server.settings;

import java.time.Duration;

/**
 * How long the broker waits for a client before it closes the connection, section {@code
 * connections}.
 *
 * @param handshakeTimeout from connecting to the first request
 * @param idleTimeout without a byte from the client
 * @param writeStallTimeout in which the client takes none of the bytes that wait for it
 * @param drainTimeout for in-flight requests when the broker stops
 */
public record ConnectionSettings(
    Duration handshakeTimeout,
    Duration idleTimeout,
    Duration writeStallTimeout,
    Duration drainTimeout) {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(1);

  public ConnectionSettings {
    Bounds.duration("connections.handshakeTimeout", handshakeTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.idleTimeout", idleTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.writeStallTimeout", writeStallTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.drainTimeout", drainTimeout, Duration.ZERO, LONGEST);
  }

  /** Reads the section {@code connections}. */
  public static ConnectionSettings from(SettingValues settings) {
    return new ConnectionSettings(
        settings.duration("connections.handshakeTimeout", Duration.ofSeconds(10)),
        settings.duration("connections.idleTimeout", Duration.ofSeconds(60)),
        settings.duration("connections.writeStallTimeout", Duration.ofSeconds(30)),
        settings.duration("connections.drainTimeout", Duration.ofSeconds(10)));
  }
}
