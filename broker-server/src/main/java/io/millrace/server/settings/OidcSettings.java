package io.millrace.server.settings;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Logins with a JSON Web Token of an OpenID Connect provider, section {@code security.oidc}.
 *
 * @param issuer the {@code iss} of a token; empty: no such logins
 * @param audience a value that {@code aud} of a token must have
 * @param jwks the provider's keys: the path of a file, or a URL
 * @param principalClaim the claim with the name of the principal
 * @param rolesClaim the claim with the names of roles; empty: none
 * @param algorithms the algorithms of signatures that are accepted
 * @param clockSkew how far the clocks of the provider and the broker may differ
 */
public record OidcSettings(
    String issuer,
    String audience,
    String jwks,
    String principalClaim,
    String rolesClaim,
    Set<String> algorithms,
    Duration clockSkew) {

  /** The names of all algorithms that the broker knows. */
  public static final List<String> ALGORITHMS = List.of("RS256", "ES256", "EdDSA");

  private static final String NONE = "none";
  private static final String SECTION = "security.oidc.";
  private static final String DEFAULT_ALGORITHMS = "RS256, ES256";
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public OidcSettings {
    algorithms = Set.copyOf(algorithms);
    Bounds.duration(SECTION + "clockSkew", clockSkew, Duration.ZERO, Duration.ofMinutes(5));
    if (!issuer.isEmpty()) {
      Bounds.notBlank(SECTION + "audience", audience);
      Bounds.notBlank(SECTION + "jwks", jwks);
      Bounds.notBlank(SECTION + "principalClaim", principalClaim);
      requireSafe(jwks);
    }
  }

  /** Whether clients can log in with a token. */
  public boolean isEnabled() {
    return !issuer.isEmpty();
  }

  /** Whether the keys are at a URL. */
  public boolean isUrl() {
    return isUrl(jwks);
  }

  /** Reads the section. */
  public static OidcSettings from(SettingValues settings) {
    String issuer = textOrNone(settings, "issuer");
    String audience = textOrNone(settings, "audience");
    String jwks = textOrNone(settings, "jwks");
    String principalClaim = settings.text(SECTION + "principalClaim", "sub");
    String rolesClaim = textOrNone(settings, "rolesClaim");
    String algorithms = settings.text(SECTION + "algorithms", DEFAULT_ALGORITHMS);
    return new OidcSettings(
        issuer,
        audience,
        jwks,
        principalClaim,
        rolesClaim,
        algorithms(algorithms),
        settings.duration(SECTION + "clockSkew", Duration.ofSeconds(30)));
  }

  /** Empty for {@code none}. */
  private static String textOrNone(SettingValues settings, String key) {
    String text = settings.text(SECTION + key, NONE);
    return text.equals(NONE) ? "" : text;
  }

  private static Set<String> algorithms(String text) {
    List<String> names = new ArrayList<>();
    for (String name : text.split(",")) {
      names.add(name.strip());
    }
    if (!ALGORITHMS.containsAll(names)) {
      throw new ConfigException(
          SECTION + "algorithms",
          SECTION
              + "algorithms is '"
              + text
              + "'; expected names of "
              + String.join(", ", ALGORITHMS)
              + " with commas between them");
    }
    return new LinkedHashSet<>(names);
  }

  private static boolean isUrl(String jwks) {
    return jwks.contains("://");
  }

  /** Whoever can change the keys on their way can log in as everybody. */
  private static void requireSafe(String jwks) {
    if (!isUrl(jwks)) {
      return;
    }
    URI uri;
    try {
      uri = URI.create(jwks);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          SECTION + "jwks", SECTION + "jwks is '" + jwks + "', which is not a URL", e);
    }
    boolean safe =
        uri.getHost() != null
            && (uri.getScheme().equals("https")
                || uri.getScheme().equals("http") && LOOPBACK.contains(uri.getHost()));
    if (!safe) {
      throw new ConfigException(
          SECTION + "jwks",
          SECTION
              + "jwks is '"
              + jwks
              + "'; expected the path of a file, a URL with https, or one with http of"
              + " localhost");
    }
  }
}
