package io.millrace.client.internal.security;

import io.millrace.protocol.Quoted;
import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Checks the certificate of the broker as the JDK does, and says in words why it is not accepted.
 * Thread-safe.
 */
final class ExplainedTrust extends X509ExtendedTrustManager {

  private static final int DNS_NAME = 2;
  private static final int IP_ADDRESS = 7;
  private static final int SHOWN_NAMES = 10;

  private final X509ExtendedTrustManager checks;
  private final String host;
  private final String trusted;

  /**
   * @param checks makes the decision
   * @param host the host to which the client connects
   * @param trusted what is trusted, as a part of a message
   */
  ExplainedTrust(X509ExtendedTrustManager checks, String host, String trusted) {
    this.checks = checks;
    this.host = host;
    this.trusted = trusted;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      checks.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw new RefusedCertificateException(reason(chain, e), e);
    }
  }

  private String reason(X509Certificate[] chain, CertificateException failure) {
    Date now = new Date();
    for (X509Certificate certificate : chain) {
      if (now.after(certificate.getNotAfter())) {
        return "the certificate of "
            + subject(certificate)
            + ", which the broker has sent, expired on "
            + certificate.getNotAfter().toInstant()
            + "; renew it on the broker";
      }
      if (now.before(certificate.getNotBefore())) {
        return "the certificate of "
            + subject(certificate)
            + ", which the broker has sent, is not valid before "
            + certificate.getNotBefore().toInstant()
            + "; check the clocks of both machines";
      }
    }
    return isUntrusted(failure) ? untrusted(chain) : otherHost(chain[0], failure);
  }

  private String untrusted(X509Certificate[] chain) {
    X509Certificate last = chain[chain.length - 1];
    boolean selfSigned =
        last.getIssuerX500Principal().equals(last.getSubjectX500Principal()) && chain.length == 1;
    return "the certificate of the broker is not trusted: it is for "
        + subject(chain[0])
        + ", "
        + (selfSigned
            ? "signed by itself"
            : "issued by " + Quoted.text(last.getIssuerX500Principal().getName()))
        + "; trusted are "
        + trusted
        + "; give the client the certificate of the authority that has issued it";
  }

  private String otherHost(X509Certificate certificate, CertificateException failure) {
    List<String> names = names(certificate);
    if (names.contains(host)) {
      return "the certificate of the broker is refused: " + failure.getMessage();
    }
    return "the certificate of the broker is not for the host "
        + host
        + ": it has "
        + (names.isEmpty() ? "no host name" : "the names " + String.join(", ", names))
        + "; connect with a name that it has, or add the name to the certificate";
  }

  /** The host names and addresses for which a certificate is valid. The common name is not one. */
  private static List<String> names(X509Certificate certificate) {
    List<String> names = new ArrayList<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> name : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (names.size() < SHOWN_NAMES
            && (name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))) {
          names.add(Quoted.text((String) name.get(1)).replace("'", ""));
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return names;
  }

  private static boolean isUntrusted(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        return true;
      }
    }
    return false;
  }

  private static String subject(X509Certificate certificate) {
    return Quoted.text(certificate.getSubjectX500Principal().getName());
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw withoutHost();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw withoutHost();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw notAServer();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw notAServer();
  }

  /** Without the engine, the name of the host would not be checked. */
  private static CertificateException withoutHost() {
    return new CertificateException("the host of the certificate cannot be checked");
  }

  private static CertificateException notAServer() {
    return new CertificateException("a client takes no certificates of clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return checks.getAcceptedIssuers();
  }
}
