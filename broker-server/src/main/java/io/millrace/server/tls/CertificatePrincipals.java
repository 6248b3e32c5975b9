package io.millrace.server.tls;

import io.millrace.server.settings.PrincipalRule;
import io.millrace.server.settings.PrincipalRule.Kind;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Makes the name of a principal of the certificate of a client, by the rules of {@code
 * tls.principals} in their order. The first rule that matches wins. If none matches, the client has
 * no principal: the names in a certificate are not believed by themselves. Immutable.
 */
record CertificatePrincipals(List<PrincipalRule> rules) {

  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  /** The principal of a session; empty if the client has no certificate, or no rule matches. */
  Optional<String> of(SSLSession session) {
    if (rules.isEmpty()) {
      return Optional.empty();
    }
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate certificate
          ? of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }

  /** The principal of a certificate, which was verified before. */
  Optional<String> of(X509Certificate certificate) {
    Map<Kind, List<String>> names = names(certificate);
    for (PrincipalRule rule : rules) {
      for (String name : names.get(rule.kind())) {
        Optional<String> principal = rule.principal(rule.kind(), name);
        if (principal.isPresent()) {
          return principal;
        }
      }
    }
    return Optional.empty();
  }

  private static Map<Kind, List<String>> names(X509Certificate certificate) {
    Map<Kind, List<String>> names = new EnumMap<>(Kind.class);
    names.put(Kind.URI, alternativeNames(certificate, URI));
    names.put(Kind.DNS, alternativeNames(certificate, DNS_NAME));
    names.put(Kind.CN, commonName(certificate));
    return names;
  }

  private static List<String> alternativeNames(X509Certificate certificate, int type) {
    List<String> found = new ArrayList<>();
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names != null) {
        for (List<?> each : names) {
          if (each.get(0).equals(type) && each.get(1) instanceof String name) {
            found.add(name);
          }
        }
      }
    } catch (CertificateParsingException e) {
      return List.of();
    }
    return found;
  }

  /** The most specific common name, which is the last one. */
  private static List<String> commonName(X509Certificate certificate) {
    try {
      List<Rdn> rdns = new LdapName(certificate.getSubjectX500Principal().getName()).getRdns();
      for (int i = rdns.size() - 1; i >= 0; i--) {
        Rdn rdn = rdns.get(i);
        if (rdn.getType().equalsIgnoreCase("CN") && rdn.getValue() instanceof String name) {
          return List.of(name);
        }
      }
    } catch (InvalidNameException e) {
      return List.of();
    }
    return List.of();
  }
}
