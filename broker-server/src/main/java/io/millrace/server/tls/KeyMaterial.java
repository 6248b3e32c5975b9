package io.millrace.server.tls;

import io.millrace.server.settings.TlsSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.List;

/**
 * The certificate of the broker with its private key. Both are checked: they belong together, the
 * chain is in order, and no certificate of it has expired. Immutable.
 *
 * @param chain the certificate of the broker, and then those of its issuers
 */
record KeyMaterial(PrivateKey key, List<X509Certificate> chain) {

  private static final byte[] PROBE = "millrace".getBytes(StandardCharsets.US_ASCII);

  KeyMaterial {
    chain = List.copyOf(chain);
  }

  /**
   * Reads and checks the files of the settings.
   *
   * @throws TlsException if they cannot be used
   */
  static KeyMaterial read(TlsSettings settings, Instant now) throws TlsException {
    KeyMaterial material =
        settings.keystore().isPresent()
            ? fromKeystore(settings.keystore().get(), settings.keystorePasswordFile().get())
            : fromPem(settings.certificate().get(), settings.key().get());
    String source = settings.keystore().or(settings::certificate).map(Path::toString).orElseThrow();
    material.requireValid(source, now);
    material.requireOrder(source);
    material.requirePair(source);
    return material;
  }

  private static KeyMaterial fromPem(Path certificate, Path key) throws TlsException {
    List<X509Certificate> chain = Pem.certificates("tls.certificate", certificate);
    String algorithm = chain.get(0).getPublicKey().getAlgorithm();
    requireAlgorithm(certificate.toString(), algorithm);
    return new KeyMaterial(Pem.key("tls.key", key, algorithm), chain);
  }

  private static KeyMaterial fromKeystore(Path file, Path passwordFile) throws TlsException {
    char[] password = password(passwordFile);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(Pem.secret("tls.keystore", file)), password);
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey key) {
          List<X509Certificate> chain = new ArrayList<>();
          for (Certificate each : store.getCertificateChain(alias)) {
            chain.add((X509Certificate) each);
          }
          requireAlgorithm(file.toString(), chain.get(0).getPublicKey().getAlgorithm());
          return new KeyMaterial(key, chain);
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new TlsException(
          "tls.keystore: the file "
              + file
              + " is no PKCS#12 file, is not complete, or has another password than the first line"
              + " of tls.keystorePasswordFile",
          e);
    }
    throw new TlsException("tls.keystore: the file " + file + " has no private key");
  }

  private static char[] password(Path file) throws TlsException {
    String text = new String(Pem.secret("tls.keystorePasswordFile", file), StandardCharsets.UTF_8);
    return text.lines().findFirst().orElse("").toCharArray();
  }

  private static void requireAlgorithm(String source, String algorithm) throws TlsException {
    if (!algorithm.equals("EC") && !algorithm.equals("RSA")) {
      throw new TlsException(
          "the certificate in "
              + source
              + " has a key of the kind "
              + algorithm
              + "; the broker supports EC and RSA");
    }
  }

  private void requireValid(String source, Instant now) throws TlsException {
    for (X509Certificate each : chain) {
      try {
        each.checkValidity(Date.from(now));
      } catch (CertificateExpiredException e) {
        throw new TlsException(
            name(each)
                + " in "
                + source
                + " has expired at "
                + each.getNotAfter().toInstant()
                + "; get a new one",
            e);
      } catch (CertificateNotYetValidException e) {
        throw new TlsException(
            name(each)
                + " in "
                + source
                + " is not valid before "
                + each.getNotBefore().toInstant()
                + "; check the clock of this machine, where it is "
                + now,
            e);
      }
    }
  }

  private void requireOrder(String source) throws TlsException {
    for (int i = 1; i < chain.size(); i++) {
      X509Certificate issued = chain.get(i - 1);
      X509Certificate issuer = chain.get(i);
      try {
        issued.verify(issuer.getPublicKey());
      } catch (GeneralSecurityException e) {
        throw new TlsException(
            name(issued)
                + " in "
                + source
                + " is followed by "
                + name(issuer)
                + ", which has not issued it; put the certificate of the broker first, and after"
                + " each certificate that of its issuer",
            e);
      }
    }
  }

  private void requirePair(String source) throws TlsException {
    try {
      if (belongTogether(key, chain.get(0).getPublicKey())) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // As a key of another curve; the message is the same.
    }
    throw new TlsException(
        "the private key does not belong to the first certificate in "
            + source
            + "; put both files of one certificate in place, and the certificate of the broker"
            + " first");
  }

  private static boolean belongTogether(PrivateKey key, PublicKey certified)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            certified.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(PROBE);
    return signature.verify(signed);
  }

  /** When the first certificate of the chain expires. */
  Instant expiry() {
    return chain.stream()
        .map(each -> each.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** The subject of the certificate. */
  String subject() {
    return chain.get(0).getSubjectX500Principal().getName();
  }

  private static String name(X509Certificate certificate) {
    return "the certificate '" + certificate.getSubjectX500Principal().getName() + "'";
  }
}
