package io.millrace.server.settings;

import io.millrace.protocol.NearestName;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The environment variables that set settings: {@code MILLRACE_STORAGE_FLUSH_INTERVAL} sets {@code
 * storage.flushInterval}. Immutable.
 */
public final class EnvironmentVariables {

  private static final String PREFIX = "MILLRACE_";

  /**
   * The variables that Kubernetes sets for a service whose name begins with {@code millrace}, such
   * as {@code MILLRACE_HTTP_SERVICE_HOST} and {@code MILLRACE_HTTP_PORT=tcp://...}.
   */
  private static final Pattern SERVICE_VARIABLE =
      Pattern.compile(".*_(SERVICE_(HOST|PORT(_.*)?)|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

  /** The variables of client commands, on a machine where a broker runs too. */
  private static final Set<String> OF_CLIENTS =
      Set.of(
          PREFIX + "SERVER",
          PREFIX + "TLS_CA",
          PREFIX + "TOKEN",
          PREFIX + "TOKEN_FILE",
          PREFIX + "USER",
          PREFIX + "PASSWORD_FILE",
          PREFIX + "PROFILE",
          PREFIX + "PROFILES");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private final Map<String, String> texts;

  private EnvironmentVariables(Map<String, String> texts) {
    this.texts = texts;
  }

  /** The variables of an environment, without those of client commands and of Kubernetes. */
  public static EnvironmentVariables of(Map<String, String> environment) {
    Map<String, String> texts = new TreeMap<>();
    environment.forEach(
        (variable, text) -> {
          if (variable.startsWith(PREFIX)
              && !OF_CLIENTS.contains(variable)
              && !isOfService(variable, text)) {
            texts.put(variable, text);
          }
        });
    return new EnvironmentVariables(texts);
  }

  /** The environment variable of a setting. */
  public static String variableOf(String key) {
    String snake = key.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2");
    return PREFIX + snake.toUpperCase(Locale.ROOT);
  }

  /** The text of a variable; null if it is not set. */
  String textOf(String variable) {
    return texts.get(variable);
  }

  /**
   * Refuses an unknown variable whose name begins with {@code MILLRACE_} and a section, or is
   * similar to that of a setting, such as {@code MILLRACE_DATADIR}. Other unknown variables are
   * ignored, because the launcher and the client commands have their own.
   *
   * @throws ConfigException with the nearest known variable
   */
  void refuseUnknown(Set<String> knownKeys) {
    Set<String> known =
        knownKeys.stream().map(EnvironmentVariables::variableOf).collect(Collectors.toSet());
    Set<String> sections =
        knownKeys.stream()
            .filter(key -> key.contains("."))
            .map(key -> variableOf(key.substring(0, key.indexOf('.'))) + "_")
            .collect(Collectors.toSet());
    for (String variable : texts.keySet()) {
      if (!known.contains(variable)
          && (sections.stream().anyMatch(variable::startsWith) || isSlip(variable, known))) {
        throw new ConfigException(
            variable,
            "environment: unknown setting '"
                + variable
                + "'"
                + SettingValues.suggestion(variable, known));
      }
    }
  }

  /** Compares the names without the prefix, which would make all of them similar. */
  private static boolean isSlip(String variable, Set<String> known) {
    List<String> names = known.stream().map(each -> each.substring(PREFIX.length())).toList();
    return NearestName.of(variable.substring(PREFIX.length()), names).isPresent();
  }

  private static boolean isOfService(String variable, String text) {
    return SERVICE_VARIABLE.matcher(variable).matches() || SERVICE_ADDRESS.matcher(text).matches();
  }
}
