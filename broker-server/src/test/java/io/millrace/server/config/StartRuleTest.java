package io.millrace.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.InsecureListener;
import io.millrace.server.settings.SecuritySettings.Insecure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No broker starts open to the network unless the user allows each lack by its word. */
class StartRuleTest {

  private static final Map<String, String> TLS =
      Map.of("tls.certificate", "server.pem", "tls.key", "server.key");

  private static Map<String, String> settings(
      String host, boolean tls, boolean authentication, String allowed) {
    Map<String, String> settings = new HashMap<>(tls ? TLS : Map.of());
    settings.put("listen.host", host);
    settings.put("security.authentication", authentication ? "required" : "none");
    settings.put("security.allowInsecure", allowed);
    return settings;
  }

  private static ServerConfig load(Map<String, String> settings) {
    return ConfigLoader.load(Optional.empty(), Map.of(), settings);
  }

  @ParameterizedTest
  @CsvSource({
    // Loopback addresses, also by a name that resolves to them only.
    "127.0.0.1, false, false, none",
    "127.1.2.3, false, false, none",
    "::1, false, false, none",
    "localhost, false, false, none",
    // A name that does not resolve: the start fails at the bind.
    "no-such-host.invalid, false, false, none",
    // Others with both.
    "0.0.0.0, true, true, none",
    "::, true, true, none",
    "10.1.2.3, true, true, none",
    // What is missing is allowed.
    "0.0.0.0, false, true, plaintext",
    "0.0.0.0, true, false, anonymous",
    "10.1.2.3, false, false, 'plaintext,anonymous'",
    "10.1.2.3, false, false, 'anonymous, plaintext'",
  })
  void starts(String host, boolean tls, boolean authentication, String allowed) {
    load(settings(host, tls, authentication, allowed));
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, false, false, none, neither TLS nor authentication",
    "::, false, false, none, neither TLS nor authentication",
    "10.1.2.3, false, false, none, neither TLS nor authentication",
    "169.254.1.1, false, false, none, neither TLS nor authentication",
    "0.0.0.0, true, false, none, no authentication",
    "0.0.0.0, false, true, none, no TLS",
    // The wrong word, or one of two.
    "0.0.0.0, true, false, plaintext, no authentication",
    "0.0.0.0, false, true, anonymous, no TLS",
    "0.0.0.0, false, false, plaintext, no authentication",
    "0.0.0.0, false, false, anonymous, no TLS",
  })
  void isRefused(String host, boolean tls, boolean authentication, String allowed, String missing) {
    Map<String, String> settings = settings(host, tls, authentication, allowed);

    assertThatThrownBy(() -> load(settings))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("command line listen.host=" + host + ": listen.host is " + host)
        .hasMessageContaining("the listener native has " + missing + ";")
        .hasMessageContaining("millrace tls dev-cert --out tls")
        .hasMessageContaining("millrace user add admin --role admin --data-dir data")
        .hasMessageContaining("millrace server --data-dir data --set listen.host=" + host);
  }

  @Test
  void eachListenerIsJudgedByItself() {
    Map<String, String> settings = new HashMap<>(settings("0.0.0.0", true, true, "none"));
    settings.put("http.host", "0.0.0.0");
    load(settings);

    settings.put("http.tls", "off");

    assertThatThrownBy(() -> load(settings))
        .hasMessageStartingWith("command line http.host=0.0.0.0: ")
        .hasMessageContaining("the listener http has no TLS;");
    settings.put("http.enabled", "false");
    load(settings);
  }

  @Test
  void whatIsAllowedIsKnown() {
    Map<String, String> settings = new HashMap<>(settings("0.0.0.0", false, true, "plaintext"));

    assertThat(load(settings).insecureListeners())
        .singleElement()
        .extracting(InsecureListener::listener, InsecureListener::lacks)
        .containsExactly("native", Set.of(Insecure.PLAINTEXT));
    settings.put("listen.host", "127.0.0.1");
    assertThat(load(settings).insecureListeners()).isEmpty();
  }

  @Test
  void tlsThatIsOnNeedsACertificate() {
    assertThatThrownBy(() -> load(Map.of("http.tls", "on")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("command line http.tls=on: http.tls is on, and the broker has no")
        .hasMessageContaining("set tls.certificate and tls.key, or tls.keystore");
  }

  @ParameterizedTest
  @CsvSource({
    "tls.certificate=a, tls.certificate is a; set tls.key too",
    "tls.key=a, tls.key is a; set tls.certificate too",
    "tls.keystore=a, tls.keystore is a; set tls.keystorePasswordFile too",
    "tls.clientAuth=want, tls.clientAuth is want; set tls.clientCa too",
    "tls.clientCa=a, 'tls.clientCa is set, and tls.clientAuth is none, so that'",
    "tls.clientCrl=a, tls.clientCrl is a; set tls.clientCa too",
    "tls.principals=cn:a -> a, tls.principals is set; set tls.clientCa too",
    "tls.minVersion=1.1, tls.minVersion is '1.1'; expected 1.2 or 1.3",
    "security.allowInsecure=all, security.allowInsecure is 'all'; expected none",
  })
  void settingsThatDoNotGoTogetherAreRefused(String setting, String message) {
    String[] pair = setting.split("=", 2);

    assertThatThrownBy(() -> load(Map.of(pair[0], pair[1])))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("command line " + setting + ": " + message);
  }

  @Test
  void aBrokerHasOneCertificate() {
    Map<String, String> settings = new HashMap<>(TLS);
    settings.putAll(Map.of("tls.keystore", "k", "tls.keystorePasswordFile", "p"));

    assertThatThrownBy(() -> load(settings)).hasMessageContaining("are both set");
  }
}
