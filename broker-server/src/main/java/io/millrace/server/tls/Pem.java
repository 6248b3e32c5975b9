package io.millrace.server.tls;

import io.millrace.protocol.FileReason;
import io.millrace.server.settings.SecretFile;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CRL;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Files in PEM: certificates, revocation lists and private keys. */
final class Pem {

  /** No file of certificates is larger; another file was named by mistake. */
  private static final long MAX_BYTES = 16 << 20;

  private static final int LINE_CHARS = 64;
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----([^-]*)-----END \\1-----");
  private static final String PKCS8 = "PRIVATE KEY";
  private static final String ENCRYPTED = "ENCRYPTED PRIVATE KEY";

  private Pem() {}

  /**
   * The certificates of a file, in its order; at least one.
   *
   * @param setting the key of the setting that names the file, for errors
   */
  static List<X509Certificate> certificates(String setting, Path file) throws TlsException {
    byte[] bytes = read(setting, file);
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (Certificate each : x509().generateCertificates(new ByteArrayInputStream(bytes))) {
        certificates.add((X509Certificate) each);
      }
    } catch (CertificateException e) {
      throw new TlsException(
          setting + ": the file " + file + " is damaged or not complete: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new TlsException(setting + ": the file " + file + " has no certificate in PEM");
    }
    return certificates;
  }

  /** The revocation lists of a file; at least one. */
  static List<X509CRL> crls(String setting, Path file) throws TlsException {
    byte[] bytes = read(setting, file);
    List<X509CRL> crls = new ArrayList<>();
    try {
      for (CRL each : x509().generateCRLs(new ByteArrayInputStream(bytes))) {
        crls.add((X509CRL) each);
      }
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          setting + ": the file " + file + " is damaged or not complete: " + e.getMessage(), e);
    }
    if (crls.isEmpty()) {
      throw new TlsException(setting + ": the file " + file + " has no revocation list");
    }
    return crls;
  }

  /** A file that only the user of the process can read. */
  static byte[] secret(String setting, Path file) throws TlsException {
    try {
      return SecretFile.read(setting, file);
    } catch (IOException e) {
      throw new TlsException(e.getMessage(), e);
    }
  }

  /**
   * The private key of a file.
   *
   * @param algorithm of the key of the certificate, such as {@code EC}
   */
  static PrivateKey key(String setting, Path file, String algorithm) throws TlsException {
    String text = new String(secret(setting, file), StandardCharsets.ISO_8859_1);
    Matcher block = KEY.matcher(text);
    if (!block.find()) {
      throw new TlsException(
          setting + ": the file " + file + " has no complete private key in PEM");
    }
    if (!block.group(1).equals(PKCS8)) {
      throw new TlsException(setting + ": " + otherForm(file, block.group(1)));
    }
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
      return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      // The exception may quote the key.
      throw new TlsException(
          setting
              + ": the key in "
              + file
              + " is damaged, or not a key for the certificate, whose key is of the kind "
              + algorithm);
    }
  }

  private static String otherForm(Path file, String form) {
    return form.equals(ENCRYPTED)
        ? "the key in "
            + file
            + " is encrypted; use one without a password, which only the broker's user can read, or"
            + " a PKCS#12 file with tls.keystore and tls.keystorePasswordFile"
        : "the key in "
            + file
            + " has the form '"
            + form
            + "'; the broker reads PKCS#8: openssl pkcs8 -topk8 -nocrypt -in "
            + file
            + " -out NEW";
  }

  /** Certificates as text. */
  static String text(List<X509Certificate> certificates) {
    StringBuilder text = new StringBuilder();
    for (X509Certificate each : certificates) {
      try {
        text.append(block("CERTIFICATE", each.getEncoded()));
      } catch (CertificateException e) {
        throw new IllegalArgumentException(e);
      }
    }
    return text.toString();
  }

  /** A key as text, in PKCS#8. */
  static String text(PrivateKey key) {
    return block(PKCS8, key.getEncoded());
  }

  private static String block(String kind, byte[] der) {
    Base64.Encoder encoder =
        Base64.getMimeEncoder(LINE_CHARS, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN "
        + kind
        + "-----\n"
        + encoder.encodeToString(der)
        + "\n-----END "
        + kind
        + "-----\n";
  }

  private static byte[] read(String setting, Path file) throws TlsException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new TlsException(
            setting + ": the file " + file + " has more than 16 MiB; it is not in PEM");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new TlsException(
          setting + ": the file " + file + " cannot be read: " + FileReason.of(e), e);
    }
  }

  private static CertificateFactory x509() throws CertificateException {
    return CertificateFactory.getInstance("X.509");
  }
}
