package io.millrace.server.settings;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Who may use the broker, section {@code security}. Immutable.
 *
 * @param authentication whether clients must log in
 * @param allowInsecure what a listener may lack although other machines can reach it
 */
public record SecuritySettings(Authentication authentication, Set<Insecure> allowInsecure) {

  /** Whether clients must log in. */
  public enum Authentication {
    NONE,
    REQUIRED
  }

  /** What a listener lacks that other machines can reach. */
  public enum Insecure {
    /** TLS. A proxy in front of the broker may have it. */
    PLAINTEXT,
    /** Authentication. */
    ANONYMOUS
  }

  private static final String NONE = "none";

  /** Copies the set. */
  public SecuritySettings {
    EnumSet<Insecure> copy = EnumSet.noneOf(Insecure.class);
    copy.addAll(allowInsecure);
    allowInsecure = Collections.unmodifiableSet(copy);
  }

  /** Reads the section {@code security}, in the order of {@code config/broker.yaml}. */
  public static SecuritySettings from(SettingValues settings) {
    return new SecuritySettings(
        settings
                .oneOf("security.authentication", NONE, List.of(NONE, "required"))
                .equals("required")
            ? Authentication.REQUIRED
            : Authentication.NONE,
        insecure(settings.text("security.allowInsecure", NONE)));
  }

  private static Set<Insecure> insecure(String text) {
    EnumSet<Insecure> allowed = EnumSet.noneOf(Insecure.class);
    if (!text.equals(NONE)) {
      for (String word : text.split(",", -1)) {
        allowed.add(insecureWord(word.strip(), text));
      }
    }
    return allowed;
  }

  private static Insecure insecureWord(String word, String text) {
    return Arrays.stream(Insecure.values())
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "security.allowInsecure",
                    "security.allowInsecure is '"
                        + text
                        + "'; expected none, plaintext, anonymous, or plaintext,anonymous"));
  }
}
