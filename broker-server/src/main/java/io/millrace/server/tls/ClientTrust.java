package io.millrace.server.tls;

import io.millrace.server.settings.TlsSettings;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManagerFactory;

/**
 * Which client certificates are valid: those that an authority of {@code tls.clientCa} has issued,
 * that have not expired, and that no list of {@code tls.clientCrl} revokes. With lists, each
 * authority on the path needs one that has not expired: otherwise nobody knows what it has revoked,
 * and its certificates are refused.
 */
final class ClientTrust {

  private ClientTrust() {}

  /**
   * Reads and checks the files of the settings, which have {@code clientCa}.
   *
   * @throws TlsException if they cannot be used
   */
  static TrustManagerFactory read(TlsSettings settings, Instant now) throws TlsException {
    Set<TrustAnchor> anchors = new HashSet<>();
    for (X509Certificate each : Pem.certificates("tls.clientCa", settings.clientCa().get())) {
      anchors.add(new TrustAnchor(each, null));
    }
    try {
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(settings.clientCrl().isPresent());
      if (settings.clientCrl().isPresent()) {
        addCrls(parameters, settings.clientCrl().get(), now);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      return factory;
    } catch (GeneralSecurityException e) {
      throw new TlsException(
          "tls.clientCa: the authorities in "
              + settings.clientCa().get()
              + " cannot be used: "
              + e.getMessage(),
          e);
    }
  }

  private static void addCrls(PKIXBuilderParameters parameters, Path file, Instant now)
      throws TlsException, GeneralSecurityException {
    List<X509CRL> crls = Pem.crls("tls.clientCrl", file);
    for (X509CRL each : crls) {
      if (each.getNextUpdate() != null && each.getNextUpdate().toInstant().isBefore(now)) {
        throw new TlsException(
            "tls.clientCrl: the list of '"
                + each.getIssuerX500Principal().getName()
                + "' in "
                + file
                + " has expired at "
                + each.getNextUpdate().toInstant()
                + "; get a new one from the authority");
      }
    }
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(crls)));
    PKIXRevocationChecker checker =
        (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
    checker.setOptions(
        EnumSet.of(
            PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
    parameters.addCertPathChecker(checker);
  }
}
