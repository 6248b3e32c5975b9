package io.millrace.client.internal.connection;

import java.time.Duration;

/**
 * The settings of one client.
 *
 * @param server the address of the broker
 * @param clientId the name of the client in the broker's log, 1 to 255 bytes of UTF-8
 * @param connectTimeout the timeout of one attempt to connect, handshake included
 * @param requestTimeout the timeout of one request, reconnecting included
 * @param reconnectBackoff the pauses between attempts to reconnect
 */
public record ClientSettings(
    BrokerAddress server,
    String clientId,
    Duration connectTimeout,
    Duration requestTimeout,
    BackoffRange reconnectBackoff) {

  /** The name of the client software in the broker's log. */
  static final String SOFTWARE = "millrace-java";
}
