package io.millrace.server.settings;

import java.time.Duration;

/**
 * The timeouts of connections, section {@code connections}. After each of them the broker closes
 * the connection.
 *
 * @param handshakeTimeout longest time from connecting to the first request
 * @param idleTimeout longest time without a byte from the client
 * @param frameTimeout longest time from the first byte of a frame to its last one
 * @param writeStallTimeout longest time in which the client takes none of the bytes that wait for
 *     it
 * @param drainTimeout longest wait for the requests in flight when the broker stops
 */
public record ConnectionSettings(
    Duration handshakeTimeout,
    Duration idleTimeout,
    Duration frameTimeout,
    Duration writeStallTimeout,
    Duration drainTimeout) {

  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofDays(1);

  public ConnectionSettings {
    Bounds.duration("connections.handshakeTimeout", handshakeTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.idleTimeout", idleTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.frameTimeout", frameTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.writeStallTimeout", writeStallTimeout, SHORTEST, LONGEST);
    Bounds.duration("connections.drainTimeout", drainTimeout, Duration.ZERO, LONGEST);
  }

  /** Reads the section {@code connections}. */
  public static ConnectionSettings from(SettingValues settings) {
    return new ConnectionSettings(
        settings.duration("connections.handshakeTimeout", Duration.ofSeconds(10)),
        settings.duration("connections.idleTimeout", Duration.ofSeconds(60)),
        settings.duration("connections.frameTimeout", Duration.ofSeconds(60)),
        settings.duration("connections.writeStallTimeout", Duration.ofSeconds(30)),
        settings.duration("connections.drainTimeout", Duration.ofSeconds(10)));
  }
}
