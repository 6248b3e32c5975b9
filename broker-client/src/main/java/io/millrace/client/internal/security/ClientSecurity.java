package io.millrace.client.internal.security;

import io.millrace.client.TlsOptions;
import java.util.Optional;

/**
 * The security settings of one client.
 *
 * @param tls how the connection is encrypted; empty for a connection without TLS
 */
public record ClientSecurity(Optional<TlsOptions> tls) {

  /** No TLS. */
  public static final ClientSecurity NONE = new ClientSecurity(Optional.empty());
}
