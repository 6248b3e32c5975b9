package io.millrace.server.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Certificates for tests. Each is made once in a JVM, when a test first needs it, because a
 * certificate takes keytool half a second.
 */
public final class TestCertificates {

  private static final int DAYS = 30;
  private static final Map<String, DevCertificates> AUTHORITIES = new ConcurrentHashMap<>();
  private static final Map<String, DevCertificates.Issued> ISSUED = new ConcurrentHashMap<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(TestCertificates::deleteKeys));
  }

  private TestCertificates() {}

  /** The authority that tests trust. */
  public static DevCertificates authority() {
    return authority("trusted");
  }

  static DevCertificates authority(String name) {
    return AUTHORITIES.computeIfAbsent(name, made -> get(() -> DevCertificates.create(DAYS)));
  }

  /** A certificate for the loopback addresses. */
  public static DevCertificates.Issued server() {
    return issued("server", () -> authority().server(List.of(), DAYS));
  }

  /** Another certificate for the same addresses. */
  public static DevCertificates.Issued renewed() {
    return issued("renewed", () -> authority().server(List.of("renewed.example"), DAYS));
  }

  static DevCertificates.Issued expired() {
    return issued(
        "expired",
        () -> authority().issue("expired", List.of("dns:localhost"), "serverAuth", "-10d", 5));
  }

  static DevCertificates.Issued expiresSoon() {
    return issued(
        "soon", () -> authority().issue("soon", List.of("dns:localhost"), "serverAuth", "-1H", 7));
  }

  static DevCertificates.Issued future() {
    return issued(
        "future",
        () -> authority().issue("future", List.of("dns:localhost"), "serverAuth", "+5d", 10));
  }

  /** The certificate of a client with all kinds of names. */
  public static DevCertificates.Issued client() {
    return issued(
        "client",
        () ->
            authority()
                .issue(
                    "vehicle 17",
                    List.of("uri:spiffe://prod/vehicle/17", "dns:V17.gw.example"),
                    "clientAuth",
                    "-1H",
                    DAYS));
  }

  public static DevCertificates.Issued revokedClient() {
    return issued("revoked", () -> authority().client("revoked", DAYS));
  }

  /** The certificate of a client that an authority issued which nobody trusts. */
  public static DevCertificates.Issued strangeClient() {
    return issued("strange", () -> authority("strange").client("vehicle 17", DAYS));
  }

  /** A revocation list of the trusted authority without entries. */
  public static String nothingRevoked() {
    return list(authority());
  }

  /** A revocation list of the trusted authority with {@link #revokedClient()}. */
  public static String oneRevoked() {
    return list(authority(), revokedClient());
  }

  /** A revocation list of an authority that nobody trusts. */
  public static String listOfStranger() {
    return list(authority("strange"));
  }

  private static String list(DevCertificates of, DevCertificates.Issued... revoked) {
    X509Certificate[] certificates =
        Stream.of(revoked).map(DevCertificates.Issued::certificate).toArray(X509Certificate[]::new);
    return get(() -> of.revocationList(certificates));
  }

  /** Writes a certificate and its key, and gives the settings with the two files. */
  public static Map<String, String> settings(DevCertificates.Issued issued, Path directory) {
    Path certificate = directory.resolve("server.pem");
    Path key = directory.resolve("server.key");
    try {
      issued.write(certificate, key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of("tls.certificate", certificate.toString(), "tls.key", key.toString());
  }

  /** Writes the certificate of the trusted authority. */
  public static Path authorityFile(Path directory) {
    try {
      return Files.writeString(directory.resolve("ca.pem"), authority().authority());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @FunctionalInterface
  private interface Made<T> {
    T make() throws IOException;
  }

  private static DevCertificates.Issued issued(String name, Made<DevCertificates.Issued> made) {
    synchronized (AUTHORITIES) { // keytool changes the file of the authority
      DevCertificates.Issued known = ISSUED.get(name);
      if (known == null) {
        known = get(made);
        ISSUED.put(name, known);
      }
      return known;
    }
  }

  private static <T> T get(Made<T> made) {
    try {
      return made.make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void deleteKeys() {
    for (DevCertificates each : AUTHORITIES.values()) {
      try {
        each.close();
      } catch (IOException e) {
        System.err.println("the keys of a test were not deleted: " + e);
      }
    }
  }
}
