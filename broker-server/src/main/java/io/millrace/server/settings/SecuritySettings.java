package io.millrace.server.settings;

import io.millrace.security.InvalidTextException;
import io.millrace.security.UserName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who may use the broker, section {@code security}. Immutable.
 *
 * @param authentication whether clients must log in
 * @param allowInsecure what a listener may lack although other machines can reach it
 * @param bootstrap the administrator that a broker without users creates
 */
public record SecuritySettings(
    Authentication authentication, Set<Insecure> allowInsecure, Optional<Bootstrap> bootstrap) {

  /**
   * A user that the broker creates with the role {@code admin} when it starts and has no users.
   *
   * @param user its name
   * @param passwordFile a file with its password in the only line
   */
  public record Bootstrap(String user, Path passwordFile) {}

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
  private static final String BOOTSTRAP_USER = "security.bootstrapUser";
  private static final String BOOTSTRAP_PASSWORD_FILE = "security.bootstrapPasswordFile";

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
        insecure(settings.text("security.allowInsecure", NONE)),
        bootstrap(
            settings.text(BOOTSTRAP_USER, NONE), settings.text(BOOTSTRAP_PASSWORD_FILE, NONE)));
  }

  private static Optional<Bootstrap> bootstrap(String user, String passwordFile) {
    if (user.equals(NONE) && passwordFile.equals(NONE)) {
      return Optional.empty();
    }
    if (user.equals(NONE)) {
      throw new ConfigException(
          BOOTSTRAP_USER,
          BOOTSTRAP_USER + " is none; " + BOOTSTRAP_PASSWORD_FILE + " needs the name of the user");
    }
    if (passwordFile.equals(NONE)) {
      throw new ConfigException(
          BOOTSTRAP_PASSWORD_FILE,
          BOOTSTRAP_PASSWORD_FILE
              + " is none; "
              + BOOTSTRAP_USER
              + " needs a file with the password of the user");
    }
    try {
      return Optional.of(new Bootstrap(UserName.require(user), Path.of(passwordFile)));
    } catch (InvalidTextException e) {
      throw new ConfigException(BOOTSTRAP_USER, BOOTSTRAP_USER + ": " + e.getMessage());
    }
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
