package io.millrace.client.internal.connection;

import java.time.Duration;

/**
 * The settings of one client.
 *
 * @param server where the broker listens
 * @param clientId who this client is
 * @param connectTimeout for one attempt, handshake included
 * @param requestTimeout for one request, reconnecting included
 * @param reconnectBackoff pauses before connecting again
 */
public record ClientSettings(
    BrokerAddress server,
    String clientId,
    Duration connectTimeout,
    Duration requestTimeout,
    BackoffRange reconnectBackoff) {

  /** What the broker's log says this client is. */
  static final String SOFTWARE = "millrace-java";
}
