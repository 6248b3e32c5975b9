package io.millrace.server.authentication;

import java.util.List;

/**
 * What an authentication knows about the connection that it protects. Immutable.
 *
 * @param isPrivate whether nobody else can read the connection: it has TLS, its client is on the
 *     same machine, or the configuration says that a proxy has TLS ({@code security.allowInsecure})
 * @param endPoint the channel binding {@code tls-server-end-point}; empty without TLS, or if the
 *     broker's certificate has none
 * @param clientMechanisms the mechanisms that the client has offered
 */
public record ConnectionSecurity(
    boolean isPrivate, byte[] endPoint, List<String> clientMechanisms) {

  public ConnectionSecurity {
    clientMechanisms = List.copyOf(clientMechanisms);
  }

  /** Whether the client can prove that it sees the broker's own certificate. */
  boolean canBind() {
    return endPoint.length > 0;
  }
}
