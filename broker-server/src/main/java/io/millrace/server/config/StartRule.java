package io.millrace.server.config;

import io.millrace.server.listener.ListenerSettings;
import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.InsecureListener;
import io.millrace.server.settings.ListenAddress;
import io.millrace.server.settings.SecuritySettings;
import io.millrace.server.settings.SecuritySettings.Authentication;
import io.millrace.server.settings.SecuritySettings.Insecure;
import io.millrace.server.settings.TlsMode;
import io.millrace.server.settings.TlsSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The rule that a broker does not start open to the network: a listener that other machines can
 * reach needs TLS and authentication. The user can allow the lack of each by a word of its own. A
 * listener on loopback addresses needs neither. Immutable.
 */
record StartRule(
    Map<String, ListenerSettings> listeners, TlsSettings tls, SecuritySettings security) {

  /**
   * Checks all listeners. Blocks while host names are resolved.
   *
   * @param dataDir for the commands in the message
   * @throws ConfigException if a listener breaks the rule, or is to use TLS without a certificate
   */
  void check(Path dataDir) {
    listeners.values().forEach(this::requireCertificate);
    for (InsecureListener insecure : insecureListeners()) {
      if (!security.allowInsecure().containsAll(insecure.lacks())) {
        throw refusal(insecure, dataDir);
      }
    }
  }

  /** The listeners that other machines can reach and that lack something. */
  List<InsecureListener> insecureListeners() {
    List<InsecureListener> insecure = new ArrayList<>();
    listeners.forEach(
        (name, settings) -> {
          Set<Insecure> lacks = EnumSet.noneOf(Insecure.class);
          if (!settings.tls().isOn(tls.hasCertificate())) {
            lacks.add(Insecure.PLAINTEXT);
          }
          if (security.authentication() == Authentication.NONE) {
            lacks.add(Insecure.ANONYMOUS);
          }
          for (ListenAddress address : settings.addresses()) {
            InsecureListener.of(name, address, lacks).ifPresent(insecure::add);
          }
        });
    return insecure;
  }

  private void requireCertificate(ListenerSettings settings) {
    if (settings.tls() == TlsMode.ON && !tls.hasCertificate()) {
      String key = settings.addresses().get(0).section() + ".tls";
      throw new ConfigException(
          key,
          key
              + " is on, and the broker has no certificate; set tls.certificate and tls.key, or"
              + " tls.keystore and tls.keystorePasswordFile. For a certificate to try it out:"
              + " millrace tls dev-cert");
    }
  }

  private ConfigException refusal(InsecureListener insecure, Path dataDir) {
    ListenAddress address = insecure.address();
    String key = address.section() + ".host";
    String is =
        address.host().equals(insecure.reachable())
            ? address.host()
            : address.host() + ", which is " + insecure.reachable();
    Set<Insecure> missing = EnumSet.copyOf(insecure.lacks());
    missing.removeAll(security.allowInsecure());
    StringBuilder text = new StringBuilder();
    text.append(key).append(" is ").append(is);
    text.append(": other machines can reach this address, and the listener ");
    text.append(insecure.listener()).append(" has ");
    text.append(new InsecureListener(insecure.listener(), address, "", missing).lacksText());
    text.append("; listen on 127.0.0.1, or set them up with these commands:");
    text.append("\n  millrace tls dev-cert --out tls --host NAME");
    text.append("\n  millrace user add admin --role admin --data-dir ").append(dataDir);
    text.append("\n  millrace server --data-dir ").append(dataDir);
    text.append(" --set ").append(key).append('=').append(address.host());
    text.append(" --set tls.certificate=tls/server.pem --set tls.key=tls/server.key");
    text.append(" --set security.authentication=required");
    if (missing.contains(Insecure.PLAINTEXT)) {
      text.append("\nIf a proxy in front of the broker ends TLS: ");
      text.append("--set security.allowInsecure=plaintext");
    }
    return new ConfigException(key, text.toString());
  }
}
