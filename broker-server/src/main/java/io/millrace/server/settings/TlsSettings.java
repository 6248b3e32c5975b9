package io.millrace.server.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * TLS, section {@code tls}. Holds for all listeners that use it. Immutable.
 *
 * @param certificate PEM file with the certificate of the broker, and then those of its issuers
 * @param key PEM file with the private key of the certificate, in PKCS#8
 * @param keystore PKCS#12 file with the key and its certificates, instead of the two
 * @param keystorePasswordFile file whose first line is the password of the keystore
 * @param clientCa PEM file with the authorities whose client certificates are accepted
 * @param clientCrl file with the revocation lists of these authorities
 * @param principals the rules that make a principal of a client certificate, in their order
 */
public record TlsSettings(
    Optional<Path> certificate,
    Optional<Path> key,
    Optional<Path> keystore,
    Optional<Path> keystorePasswordFile,
    Version minVersion,
    Provider provider,
    ClientAuth clientAuth,
    Optional<Path> clientCa,
    Optional<Path> clientCrl,
    List<PrincipalRule> principals) {

  /** The versions of TLS. */
  public enum Version {
    TLS_1_2("1.2"),
    TLS_1_3("1.3");

    private final String text;

    Version(String text) {
      this.text = text;
    }
  }

  /** The implementation of TLS. */
  public enum Provider {
    /** {@link #OPENSSL} if its native library can be loaded, else {@link #JDK}. */
    AUTO,
    /** BoringSSL, by a native library of Netty. */
    OPENSSL,
    JDK
  }

  /** Whether clients have certificates. */
  public enum ClientAuth {
    /** The broker does not ask for one. */
    NONE,
    /** A client may have one. One that is not valid is refused. */
    WANT,
    /** A client must have one. */
    REQUIRED
  }

  private static final String NO_PRINCIPALS = "none";

  /** Checks which settings go together, and copies the list. */
  public TlsSettings {
    principals = List.copyOf(principals);
    together("certificate", certificate, "key", key);
    together("keystore", keystore, "keystorePasswordFile", keystorePasswordFile);
    if (certificate.isPresent() && keystore.isPresent()) {
      throw new ConfigException(
          "tls.keystore",
          "tls.keystore and tls.certificate are both set; set one of them, as the broker has one"
              + " certificate");
    }
    if (clientAuth != ClientAuth.NONE) {
      require("tls.clientAuth", lower(clientAuth), "clientCa", clientCa.isPresent());
    } else if (clientCa.isPresent()) {
      throw new ConfigException(
          "tls.clientCa",
          "tls.clientCa is set, and tls.clientAuth is none, so that no client is asked for a"
              + " certificate; set tls.clientAuth to want or required");
    }
    if (clientCrl.isPresent()) {
      require("tls.clientCrl", clientCrl.get().toString(), "clientCa", clientCa.isPresent());
    }
    if (!principals.isEmpty()) {
      require("tls.principals", "set", "clientCa", clientCa.isPresent());
    }
  }

  private static void together(String one, Optional<Path> a, String other, Optional<Path> b) {
    if (a.isPresent() != b.isPresent()) {
      String set = "tls." + (a.isPresent() ? one : other);
      Path file = a.or(() -> b).get();
      throw new ConfigException(
          set, set + " is " + file + "; set tls." + (a.isPresent() ? other : one) + " too");
    }
  }

  private static void require(String key, String value, String other, boolean given) {
    if (!given) {
      throw new ConfigException(key, key + " is " + value + "; set tls." + other + " too");
    }
  }

  /** Whether the broker has a certificate. */
  public boolean hasCertificate() {
    return certificate.isPresent() || keystore.isPresent();
  }

  /** Reads the section {@code tls}, in the order of {@code config/broker.yaml}. */
  public static TlsSettings from(SettingValues settings) {
    return new TlsSettings(
        settings.fileOrNone("tls.certificate"),
        settings.fileOrNone("tls.key"),
        settings.fileOrNone("tls.keystore"),
        settings.fileOrNone("tls.keystorePasswordFile"),
        settings.oneOf("tls.minVersion", "1.2", List.of("1.2", "1.3")).equals("1.2")
            ? Version.TLS_1_2
            : Version.TLS_1_3,
        Provider.valueOf(
            upper(settings.oneOf("tls.provider", "auto", List.of("auto", "openssl", "jdk")))),
        ClientAuth.valueOf(
            upper(settings.oneOf("tls.clientAuth", "none", List.of("none", "want", "required")))),
        settings.fileOrNone("tls.clientCa"),
        settings.fileOrNone("tls.clientCrl"),
        principals(settings));
  }

  private static List<PrincipalRule> principals(SettingValues settings) {
    String text = settings.text("tls.principals", NO_PRINCIPALS);
    return text.equals(NO_PRINCIPALS) ? List.of() : PrincipalRule.parse("tls.principals", text);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  private static String lower(ClientAuth clientAuth) {
    return clientAuth.name().toLowerCase(Locale.ROOT);
  }

  /** The version, as it is set. */
  public String minVersionText() {
    return minVersion.text;
  }
}
