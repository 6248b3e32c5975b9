package io.millrace.server.config;

import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.SettingValues;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The way from what a user said to a {@link ServerConfig}: defaults, then a YAML file, then the
 * environment, then the command line; what comes later wins.
 */
public final class ConfigLoader {

  private static final String ENVIRONMENT_PREFIX = "MILLRACE_";

  /**
   * What Kubernetes tells a container of the services of its namespace, for one whose name begins
   * with ours: {@code MILLRACE_HTTP_SERVICE_HOST}, {@code MILLRACE_HTTP_PORT=tcp://...}.
   */
  private static final Pattern SERVICE_VARIABLE =
      Pattern.compile(".*_(SERVICE_(HOST|PORT(_.*)?)|PORT_\\d+_(TCP|UDP|SCTP)(_.*)?)");

  private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://.*");

  private ConfigLoader() {}

  /**
   * Loads the settings.
   *
   * @param file a YAML file in the shape of {@code config/broker.yaml}
   * @param environment {@code MILLRACE_STORAGE_FLUSH_INTERVAL} for {@code storage.flushInterval}
   * @param flags settings of the command line by key
   * @throws ConfigException if the file cannot be read, a key is unknown or a value not allowed
   */
  public static ServerConfig load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
    Providers providers = Providers.installed();
    SettingValues settings = new SettingValues();
    file.ifPresent(path -> YamlFile.read(path, settings));
    readEnvironment(environment, knownKeys(providers), settings);
    flags.forEach((key, text) -> settings.put(key, text, "command line " + key + "=" + text));
    try {
      ServerConfig config = ServerConfig.from(settings, providers);
      settings.refuseUnknown();
      return config;
    } catch (ConfigException e) {
      throw settings.located(e);
    }
  }

  /**
   * Within a section every variable must be a setting. Outside, {@code MILLRACE_} is not ours
   * alone: the launcher and the client commands have their own, and orchestrators add some for a
   * service of this name.
   */
  private static void readEnvironment(
      Map<String, String> environment, Set<String> knownKeys, SettingValues settings) {
    Map<String, String> keyByVariable =
        knownKeys.stream().collect(Collectors.toMap(ConfigLoader::variableOf, key -> key));
    Set<String> sections =
        knownKeys.stream()
            .filter(key -> key.contains("."))
            .map(key -> variableOf(key.substring(0, key.indexOf('.'))) + "_")
            .collect(Collectors.toSet());
    environment.forEach(
        (variable, text) -> {
          if (isOfService(variable, text)) {
            return;
          }
          String key = keyByVariable.get(variable);
          if (key != null) {
            settings.put(key, text, "environment " + variable);
          } else if (sections.stream().anyMatch(variable::startsWith)) {
            throw new ConfigException(
                variable,
                "environment: unknown setting '"
                    + variable
                    + "'"
                    + SettingValues.suggestion(variable, keyByVariable.keySet()));
          }
        });
  }

  private static boolean isOfService(String variable, String text) {
    return SERVICE_VARIABLE.matcher(variable).matches() || SERVICE_ADDRESS.matcher(text).matches();
  }

  static Set<String> knownKeys(Providers providers) {
    SettingValues settings = new SettingValues();
    ServerConfig.from(settings, providers);
    return settings.defaults().keySet();
  }

  /** The environment variable of a setting. */
  static String variableOf(String key) {
    String snake = key.replace('.', '_').replaceAll("([a-z])([A-Z])", "$1_$2");
    return ENVIRONMENT_PREFIX + snake.toUpperCase(Locale.ROOT);
  }
}
