package io.millrace.server.tls;

import io.millrace.server.settings.TlsSettings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.CipherSuiteFilter;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * The implementation of TLS: BoringSSL, or the one of the JDK, which is always there. Makes the
 * contexts of listeners. Immutable. Any thread.
 */
final class TlsEngine {

  private static final CipherSuiteFilter SUPPORTED = SupportedCipherSuiteFilter.INSTANCE;

  private static final List<String> SUITES_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  /** With forward secrecy, and with authenticated encryption. */
  private static final List<String> SUITES_1_2 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /**
   * The kind of the key store that is filled in memory. The default one derives keys from the empty
   * password, twice in 10,000 rounds, which takes 10 to 80 ms.
   */
  private static final String IN_MEMORY = "JKS";

  private static final char[] NO_PASSWORD = {};

  private static final long SESSION_SECONDS = TimeUnit.HOURS.toSeconds(1);

  /** A client resumes a session with its ticket, so the broker needs to remember few. */
  private static final int CACHED_SESSIONS = 1000;

  private final boolean openSsl;

  private TlsEngine(boolean openSsl) {
    this.openSsl = openSsl;
  }

  /**
   * The implementation that a setting names.
   *
   * @throws TlsException if it cannot be loaded
   */
  static TlsEngine of(TlsSettings.Provider provider) throws TlsException {
    return switch (provider) {
      case JDK -> jdk();
      case AUTO -> OpenSsl.isAvailable() ? new TlsEngine(true) : jdk();
      case OPENSSL -> {
        if (!OpenSsl.isAvailable()) {
          throw new TlsException(
              "tls.provider is openssl, and its native library cannot be loaded: "
                  + OpenSsl.unavailabilityCause()
                  + "; choose tls.provider auto or jdk",
              OpenSsl.unavailabilityCause());
        }
        yield new TlsEngine(true);
      }
    };
  }

  /** A renegotiation lets a client have the broker compute handshakes within one connection. */
  private static TlsEngine jdk() {
    String key = "jdk.tls.rejectClientInitiatedRenegotiation";
    if (System.getProperty(key) == null) {
      System.setProperty(key, "true");
    }
    return new TlsEngine(false);
  }

  /** The name of the implementation, for the log. */
  String name() {
    return openSsl ? "openssl" : "jdk";
  }

  /** Its version, for the log. */
  String version() {
    return openSsl ? OpenSsl.versionString() : "Java " + Runtime.version();
  }

  /**
   * Makes the context of a listener.
   *
   * @param protocol the name of the listener's protocol for ALPN
   * @param trust which client certificates are valid; empty if clients are not asked for one
   * @throws TlsException if this implementation does not take the certificate
   */
  SslContext context(
      TlsSettings settings,
      KeyMaterial material,
      Optional<TrustManagerFactory> trust,
      String protocol)
      throws TlsException {
    boolean only13 = settings.minVersion() == TlsSettings.Version.TLS_1_3;
    SslContextBuilder builder =
        builder(material)
            .sslProvider(openSsl ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
            .protocols(only13 ? List.of("TLSv1.3") : List.of("TLSv1.3", "TLSv1.2"))
            .ciphers(only13 ? SUITES_1_3 : suites(), SUPPORTED)
            .sessionTimeout(SESSION_SECONDS)
            .sessionCacheSize(CACHED_SESSIONS)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    protocol))
            .clientAuth(clientAuth(settings.clientAuth()));
    if (trust.isPresent()) {
      builder.trustManager(trust.get());
    } else {
      builder.trustManager(new NoClientCertificates());
    }
    try {
      SslContext context = builder.build();
      if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
        sessions.setTicketKeys(newTicketKey());
      }
      return context;
    } catch (SSLException | RuntimeException e) {
      throw new TlsException(
          "the certificate '" + material.subject() + "' cannot be used: " + e.getMessage(), e);
    }
  }

  private SslContextBuilder builder(KeyMaterial material) throws TlsException {
    if (openSsl) {
      return SslContextBuilder.forServer(material.key(), material.chain()).keyStoreType(IN_MEMORY);
    }
    try {
      KeyStore store = KeyStore.getInstance(IN_MEMORY);
      store.load(null, null);
      store.setKeyEntry(
          "key", material.key(), NO_PASSWORD, material.chain().toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      return SslContextBuilder.forServer(keys);
    } catch (GeneralSecurityException | IOException e) {
      throw new TlsException(
          "the certificate '" + material.subject() + "' cannot be used: " + e.getMessage(), e);
    }
  }

  private static List<String> suites() {
    List<String> all = new ArrayList<>(SUITES_1_3);
    all.addAll(SUITES_1_2);
    return all;
  }

  private static ClientAuth clientAuth(TlsSettings.ClientAuth setting) {
    return switch (setting) {
      case NONE -> ClientAuth.NONE;
      case WANT -> ClientAuth.OPTIONAL;
      case REQUIRED -> ClientAuth.REQUIRE;
    };
  }

  /** Each context has a key of its own, as the JDK does: a reload ends all sessions. */
  private static OpenSslSessionTicketKey newTicketKey() {
    return new OpenSslSessionTicketKey(
        random(OpenSslSessionTicketKey.NAME_SIZE),
        random(OpenSslSessionTicketKey.HMAC_KEY_SIZE),
        random(OpenSslSessionTicketKey.AES_KEY_SIZE));
  }

  private static byte[] random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return random;
  }
}
