package io.millrace.client;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How a client encrypts its connection with TLS 1.3 or 1.2. See {@link MillraceClient.Builder#tls}.
 * Immutable.
 *
 * <p>The client always checks that a trusted authority has issued the certificate of the broker,
 * and that the certificate has the host name or the IP address to which the client connects. There
 * is no way to switch this off.
 *
 * <p>Each attempt to connect reads the files again if they have changed, so a certificate can be
 * replaced while the client runs. A file that cannot be used fails the attempt, as a broker does
 * that cannot be reached.
 */
public final class TlsOptions {

  private final Path trusted;
  private final Path certificate;
  private final Path key;

  private TlsOptions(Path trusted, Path certificate, Path key) {
    this.trusted = trusted;
    this.certificate = certificate;
    this.key = key;
  }

  /** Trusts the authorities that the JVM trusts: those of public web servers, by default. */
  public static TlsOptions systemTrust() {
    return new TlsOptions(null, null, null);
  }

  /**
   * Trusts the authorities in a file, and no others.
   *
   * @param pem a file with one or more certificates in PEM; a certificate that signs itself can be
   *     that of the broker
   */
  public static TlsOptions trusting(Path pem) {
    return new TlsOptions(Objects.requireNonNull(pem, "pem"), null, null);
  }

  /**
   * Returns these options with a certificate that identifies the client, for a broker that asks for
   * one (mutual TLS).
   *
   * @param certificate a PEM file with the certificate of the client, followed by those between it
   *     and the authority
   * @param key a PEM file with the private key of the certificate, in PKCS#8 and not encrypted
   */
  public TlsOptions clientCertificate(Path certificate, Path key) {
    return new TlsOptions(
        trusted,
        Objects.requireNonNull(certificate, "certificate"),
        Objects.requireNonNull(key, "key"));
  }

  /** The file with the trusted authorities; empty for those of the JVM. */
  public Optional<Path> trusted() {
    return Optional.ofNullable(trusted);
  }

  /** The file with the certificate of the client; empty if it has none. */
  public Optional<Path> certificate() {
    return Optional.ofNullable(certificate);
  }

  /** The file with the private key of the client; empty if it has none. */
  public Optional<Path> key() {
    return Optional.ofNullable(key);
  }

  /** The names of the files. */
  @Override
  public String toString() {
    return "TlsOptions[trusted="
        + (trusted == null ? "system" : trusted)
        + (certificate == null ? "" : ", certificate=" + certificate + ", key=" + key)
        + "]";
  }
}
