package io.millrace.client.internal.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads certificates and private keys in PEM (RFC 7468). Blocks. */
final class PemFiles {

  private static final int MAX_BYTES = 4 << 20;
  private static final Pattern KEY =
      Pattern.compile(
          "-----BEGIN PRIVATE KEY-----\\s([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN (\\w+ )+?PRIVATE KEY-----");

  private PemFiles() {}

  /**
   * Reads the certificates of a file.
   *
   * @param what what the file is for, for a message
   * @return at least one
   */
  static List<X509Certificate> certificates(Path file, String what) throws TlsSetupException {
    byte[] bytes = read(file, what);
    try {
      List<X509Certificate> found =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(bytes))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (found.isEmpty()) {
        throw noCertificate(file, what, null);
      }
      return found;
    } catch (CertificateException e) {
      throw noCertificate(file, what, e);
    }
  }

  private static TlsSetupException noCertificate(Path file, String what, Throwable cause) {
    return new TlsSetupException(
        what
            + " "
            + file
            + " has no certificate in PEM; expected '-----BEGIN CERTIFICATE-----' and its lines",
        cause);
  }

  /**
   * Reads a private key.
   *
   * @param certificate the certificate to which the key must belong
   */
  static PrivateKey key(Path file, X509Certificate certificate) throws TlsSetupException {
    String text = new String(read(file, "the private key"), StandardCharsets.ISO_8859_1);
    Matcher pem = KEY.matcher(text);
    if (!pem.find()) {
      throw new TlsSetupException("the private key " + file + " " + noKey(text), null);
    }
    byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
    try {
      PrivateKey key =
          KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (!fits(key, certificate.getPublicKey())) {
        throw notOf(file, certificate, null);
      }
      return key;
    } catch (InvalidKeySpecException e) {
      throw notOf(file, certificate, e);
    } catch (GeneralSecurityException e) {
      throw new TlsSetupException("the private key " + file + " cannot be used: " + e, e);
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private static String noKey(String text) {
    return OTHER_KEY.matcher(text).find()
        ? "is encrypted or in an old form; write it as PKCS#8 without a password:"
            + " openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW"
        : "has no key in PEM; expected '-----BEGIN PRIVATE KEY-----' and its lines";
  }

  private static TlsSetupException notOf(Path file, X509Certificate certificate, Throwable cause) {
    return new TlsSetupException(
        "the private key "
            + file
            + " does not belong to the client certificate of "
            + certificate.getSubjectX500Principal()
            + "; give both files of one pair",
        cause);
  }

  /** Signs with the private key and verifies with the public one. */
  private static boolean fits(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] message = {1};
    Signature signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(message);
    byte[] signature = signer.sign();
    signer.initVerify(certified);
    signer.update(message);
    return signer.verify(signature);
  }

  private static byte[] read(Path file, String what) throws TlsSetupException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_BYTES);
    } catch (NoSuchFileException e) {
      throw new TlsSetupException(what + " " + file + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new TlsSetupException(
          what + " " + file + " may not be read by this user; check its owner and mode", e);
    } catch (IOException e) {
      throw new TlsSetupException(what + " " + file + " cannot be read: " + e, e);
    }
  }
}
