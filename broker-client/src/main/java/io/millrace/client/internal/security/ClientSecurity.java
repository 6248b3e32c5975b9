package io.millrace.client.internal.security;

import io.millrace.client.Credentials;
import io.millrace.client.TlsOptions;
import java.util.Optional;

/**
 * The security settings of one client.
 *
 * @param tls how the connection is encrypted; empty for a connection without TLS
 * @param credentials what proves who the client is; empty if it has nothing
 * @param plaintextCredentials whether tokens may be sent without TLS to another machine
 */
public record ClientSecurity(
    Optional<TlsOptions> tls, Optional<Credentials> credentials, boolean plaintextCredentials) {

  /** Neither TLS nor credentials. */
  public static final ClientSecurity NONE =
      new ClientSecurity(Optional.empty(), Optional.empty(), false);
}
