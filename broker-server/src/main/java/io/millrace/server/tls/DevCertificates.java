package io.millrace.server.tls;

import io.netty.util.NetUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.naming.ldap.Rdn;

/**
 * A throw-away certificate authority, to try TLS out and for tests. Nobody must trust it longer
 * than that: the key of the authority is deleted when this object is closed, and was never
 * protected by more than the temporary directory. All keys are of the curve P-256. Each certificate
 * takes about half a second. One thread.
 */
public final class DevCertificates implements AutoCloseable {

  private static final String AUTHORITY = "ca";
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9*_]([A-Za-z0-9._-]*)");
  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  /**
   * A certificate with its key, both as text in PEM.
   *
   * @param certificates the certificate, and those of its issuers without the authority
   * @param key in PKCS#8
   * @param certificate the certificate itself
   */
  public record Issued(String certificates, String key, X509Certificate certificate) {

    /** Writes both files. Only the user can read the one with the key. Replaces existing files. */
    public void write(Path certificateFile, Path keyFile) throws IOException {
      Files.writeString(certificateFile, certificates);
      Files.deleteIfExists(keyFile);
      Files.createFile(keyFile, PRIVATE);
      Files.write(keyFile, key.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }
  }

  private final Keytool keytool;
  private final String authority;
  private int issued;

  private DevCertificates(Keytool keytool, String authority) {
    this.keytool = keytool;
    this.authority = authority;
  }

  /**
   * Makes the authority.
   *
   * @param days how long it is valid
   * @throws IOException if this Java has no keytool, or it fails
   */
  public static DevCertificates create(int days) throws IOException {
    Keytool keytool = Keytool.open();
    boolean made = false;
    try {
      DevCertificates created =
          new DevCertificates(
              keytool,
              Pem.text(
                  generate(
                          keytool,
                          AUTHORITY,
                          "Millrace throw-away authority",
                          List.of(
                              "-ext",
                              "bc:critical=ca:true",
                              "-ext",
                              "ku:critical=keyCertSign,cRLSign",
                              "-validity",
                              Integer.toString(days)))
                      .chain()));
      made = true;
      return created;
    } finally {
      if (!made) {
        keytool.close();
      }
    }
  }

  /** The certificate of the authority, in PEM. */
  public String authority() {
    return authority;
  }

  /**
   * Makes a certificate for a server, which is also valid for localhost and the loopback addresses.
   *
   * @param hosts host names and IP addresses
   * @throws IllegalArgumentException if a host is not one
   */
  public Issued server(List<String> hosts, int days) throws IOException {
    List<String> names =
        Stream.concat(Stream.of("localhost", "127.0.0.1", "::1"), hosts.stream())
            .distinct()
            .map(DevCertificates::alternativeName)
            .toList();
    String name = hosts.isEmpty() ? "localhost" : hosts.get(0);
    return issue(name, names, "serverAuth", "-1H", days);
  }

  /**
   * Makes a certificate for a client.
   *
   * @param name its common name
   */
  public Issued client(String name, int days) throws IOException {
    return issue(name, List.of(), "clientAuth", "-1H", days);
  }

  /**
   * Makes a certificate.
   *
   * @param names alternative names as keytool takes them, such as {@code uri:spiffe://prod/a}
   * @param usage of the key, such as {@code serverAuth}
   * @param start when it begins to be valid, relative to now, such as {@code -10d}
   * @param days how long it is valid
   */
  Issued issue(String commonName, List<String> names, String usage, String start, int days)
      throws IOException {
    List<String> options = new ArrayList<>(List.of("-signer", AUTHORITY, "-ext", "eku=" + usage));
    options.addAll(List.of("-ext", "ku:critical=digitalSignature"));
    options.addAll(List.of("-startdate", start, "-validity", Integer.toString(days)));
    if (!names.isEmpty()) {
      options.addAll(List.of("-ext", "san=" + String.join(",", names)));
    }
    KeyMaterial made = generate(keytool, "issued-" + ++issued, commonName, options);
    // The authority is the last of the chain. Who trusts it has it.
    List<X509Certificate> chain = made.chain().subList(0, made.chain().size() - 1);
    return new Issued(Pem.text(chain), Pem.text(made.key()), chain.get(0));
  }

  /** A list of the certificates that the authority revokes, in PEM; valid for 90 days. */
  String revocationList(X509Certificate... revoked) throws IOException {
    List<String> options = new ArrayList<>(List.of("-alias", AUTHORITY, "-rfc"));
    for (X509Certificate each : revoked) {
      options.addAll(List.of("-id", each.getSerialNumber().toString()));
    }
    return keytool.run("-gencrl", options);
  }

  private static KeyMaterial generate(
      Keytool keytool, String alias, String commonName, List<String> options) throws IOException {
    List<String> all = new ArrayList<>(List.of("-alias", alias, "-keyalg", "EC"));
    // The default signature depends on the JDK.
    all.addAll(List.of("-groupname", "secp256r1", "-sigalg", "SHA256withECDSA"));
    all.addAll(List.of("-dname", "CN=" + Rdn.escapeValue(commonName)));
    all.addAll(options);
    keytool.run("-genkeypair", all);
    return keytool.entry(alias);
  }

  private static String alternativeName(String host) {
    if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
      return "ip:" + host;
    }
    if (!HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("'" + host + "' is neither a host name nor an IP address");
    }
    return "dns:" + host;
  }

  /** Deletes the key of the authority, and all others that are not written to a file. */
  @Override
  public void close() throws IOException {
    keytool.close();
  }
}
