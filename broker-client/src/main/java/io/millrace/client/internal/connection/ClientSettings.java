package io.millrace.client.internal.connection;

import io.millrace.client.internal.security.ClientSecurity;
import io.millrace.protocol.wire.SupportedVersions;
import java.time.Duration;

/**
 * The settings of one client.
 *
 * @param server the address of the broker
 * @param clientId the name of the client in the broker's log, 1 to 255 bytes of UTF-8
 * @param connectTimeout the timeout of one attempt to connect, handshake included
 * @param requestTimeout the timeout of one request, reconnecting included
 * @param reconnectBackoff the pauses between attempts to reconnect
 * @param versions the versions of each api that the client supports
 * @param security TLS and credentials
 */
public record ClientSettings(
    BrokerAddress server,
    String clientId,
    Duration connectTimeout,
    Duration requestTimeout,
    BackoffRange reconnectBackoff,
    SupportedVersions versions,
    ClientSecurity security) {

  /** The name of the client software in the broker's log. */
  static final String SOFTWARE = "millrace-java";
}
