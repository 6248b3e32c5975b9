package io.millrace.server.tls;

import java.time.Instant;
import java.util.Optional;

/**
 * What a reload of the certificate did.
 *
 * @param problem why the files cannot be used, so that the broker keeps what it had; empty if new
 *     connections use the new certificate
 * @param subject of the certificate that new connections get
 * @param expiry when it, or the first one of its issuers, expires
 */
public record TlsReload(Optional<String> problem, String subject, Instant expiry) {}
