package io.millrace.client.internal.security;

import io.millrace.client.TlsOptions;
import io.millrace.protocol.Quoted;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The TLS of one client. It reads the files when it is asked for the first time, and again if they
 * have changed. Thread-safe.
 */
public final class ClientTlsContexts {

  /** The protocol of brokers in the ALPN of TLS. */
  public static final String ALPN = "millrace/1";

  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  /** Forward secrecy and authenticated encryption only. The first three are of TLS 1.3. */
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  private static final int SHOWN_AUTHORITIES = 3;

  private final TlsOptions options;
  private final String host;

  private List<FileVersion> builtFrom;
  private TlsContext built;

  /** A version of a file; another one has another time, size or place on disk. */
  private record FileVersion(Path file, String version) {

    static FileVersion of(Path file) {
      try {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        return new FileVersion(
            file, now.lastModifiedTime() + " " + now.size() + " " + now.fileKey());
      } catch (IOException e) {
        return new FileVersion(file, "missing");
      }
    }
  }

  /**
   * @param host the host to which the client connects
   */
  public ClientTlsContexts(TlsOptions options, String host) {
    this.options = options;
    this.host = host;
  }

  /**
   * Returns TLS with the files as they are now. Blocks while it reads them.
   *
   * @throws TlsSetupException if a file cannot be used
   */
  public synchronized TlsContext current() throws TlsSetupException {
    List<FileVersion> now =
        Stream.of(options.trusted(), options.certificate(), options.key())
            .flatMap(Optional::stream)
            .map(FileVersion::of)
            .toList();
    if (built == null || !now.equals(builtFrom)) {
      built = build();
      builtFrom = now;
    }
    return built;
  }

  private TlsContext build() throws TlsSetupException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols(VERSIONS)
            .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
            .endpointIdentificationAlgorithm("HTTPS")
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    ALPN));
    Optional<X509Certificate> own = Optional.empty();
    try {
      builder.trustManager(trust());
      if (options.certificate().isPresent()) {
        List<X509Certificate> chain =
            PemFiles.certificates(options.certificate().get(), "the client certificate");
        own = Optional.of(chain.get(0));
        builder.keyManager(
            PemFiles.key(options.key().get(), chain.get(0)), chain.toArray(X509Certificate[]::new));
      }
      return new TlsContext(builder.build(), own);
    } catch (TlsSetupException e) {
      throw e;
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsSetupException("TLS cannot be set up: " + e, e);
    }
  }

  private TrustManager trust() throws GeneralSecurityException, IOException {
    if (options.trusted().isEmpty()) {
      return new ExplainedTrust(checks(null), host, "the authorities that the JVM trusts");
    }
    Path file = options.trusted().get();
    List<X509Certificate> authorities =
        PemFiles.certificates(file, "the file of trusted authorities");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (X509Certificate authority : authorities) {
      store.setCertificateEntry("authority-" + store.size(), authority);
    }
    return new ExplainedTrust(checks(store), host, describe(file, authorities));
  }

  private static String describe(Path file, List<X509Certificate> authorities) {
    return "the authorities in "
        + file
        + " ("
        + authorities.stream()
            .limit(SHOWN_AUTHORITIES)
            .map(authority -> Quoted.text(authority.getSubjectX500Principal().getName()))
            .collect(Collectors.joining(", "))
        + (authorities.size() > SHOWN_AUTHORITIES
            ? " and " + (authorities.size() - SHOWN_AUTHORITIES) + " more"
            : "")
        + ")";
  }

  /** The checks of the JDK: the path to an authority, the validity, and the host name. */
  private static X509ExtendedTrustManager checks(KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(authorities);
    return Stream.of(factory.getTrustManagers())
        .filter(X509ExtendedTrustManager.class::isInstance)
        .map(X509ExtendedTrustManager.class::cast)
        .findFirst()
        .orElseThrow();
  }
}
