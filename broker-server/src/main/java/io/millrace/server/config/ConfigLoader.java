package io.millrace.server.config;

import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.EffectiveSetting;
import io.millrace.server.settings.EnvironmentVariables;
import io.millrace.server.settings.SettingValues;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a {@link ServerConfig} from the defaults, a YAML file, the environment and the command
 * line, in this order. A later source overrides an earlier one.
 */
public final class ConfigLoader {

  /** The sections in the order of {@code config/broker.yaml} and of the documentation. */
  private static final List<String> SECTIONS =
      List.of(
          "dataDir",
          "listen",
          "http",
          "tls",
          "security",
          "storage",
          "topics",
          "retention",
          "limits",
          "connections",
          "quotas",
          "audit",
          "threads");

  private ConfigLoader() {}

  /**
   * The value of each setting and its origin, in the order of {@code config/broker.yaml}. The
   * parameters and the errors are those of {@link #load}.
   */
  public static List<EffectiveSetting> effective(
      Optional<Path> file,
      Map<String, String> environment,
      Map<String, String> options,
      Map<String, String> names) {
    SettingValues settings = values(file, environment, options, names);
    ServerConfig config = load(settings);
    return settings.effective().stream()
        .map(setting -> explained(setting, config))
        .sorted(Comparator.comparingInt(setting -> place(setting.key())))
        .toList();
  }

  /** Adds what the broker makes of a value that depends on the process or the machine. */
  private static EffectiveSetting explained(EffectiveSetting setting, ServerConfig config) {
    String used =
        switch (setting.key()) {
          case "dataDir" -> config.dataDir().toAbsolutePath().normalize().toString();
          case "listen.tls", "http.tls" -> tlsHere(setting, config);
          case "threads.eventLoops" -> Integer.toString(config.threads().eventLoopsHere());
          default -> setting.value();
        };
    return used.equals(setting.value())
        ? setting
        : new EffectiveSetting(
            setting.key(), setting.value() + " (here: " + used + ")", setting.origin());
  }

  /** Whether a listener uses TLS, in place of {@code auto}. */
  private static String tlsHere(EffectiveSetting setting, ServerConfig config) {
    boolean on = config.tls().hasCertificate();
    return setting.value().equals("auto") ? on ? "on" : "off" : setting.value();
  }

  /** The place of a section; those of a plug are last. The order within a section is kept. */
  private static int place(String key) {
    int place = SECTIONS.indexOf(key.split("\\.", 2)[0]);
    return place < 0 ? SECTIONS.size() : place;
  }

  /**
   * As {@link #load(Optional, Map, Map, Map)}, without options that have names of their own.
   *
   * @throws ConfigException if the file cannot be read, a key is unknown or a value is not allowed
   */
  public static ServerConfig load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> options) {
    return load(file, environment, options, Map.of());
  }

  /**
   * Loads the settings.
   *
   * @param file a YAML file in the form of {@code config/broker.yaml}
   * @param environment {@code MILLRACE_STORAGE_FLUSH_INTERVAL} for {@code storage.flushInterval}
   * @param options settings of the command line, by key
   * @param names the option that the user typed for a key, such as {@code --port} for {@code
   *     listen.port}, for error messages; the others were typed as {@code KEY=VALUE}
   * @throws ConfigException if the file cannot be read, a key is unknown or a value is not allowed
   */
  public static ServerConfig load(
      Optional<Path> file,
      Map<String, String> environment,
      Map<String, String> options,
      Map<String, String> names) {
    return load(values(file, environment, options, names));
  }

  private static SettingValues values(
      Optional<Path> file,
      Map<String, String> environment,
      Map<String, String> options,
      Map<String, String> names) {
    SettingValues settings = new SettingValues(EnvironmentVariables.of(environment));
    file.ifPresent(path -> YamlFile.read(path, settings));
    options.forEach(
        (key, text) -> {
          String name = names.get(key);
          settings.putOption(key, text, name == null ? key + "=" + text : name + " " + text);
        });
    return settings;
  }

  private static ServerConfig load(SettingValues settings) {
    try {
      ServerConfig config = ServerConfig.from(settings, Providers.installed());
      settings.refuseUnknown();
      return config;
    } catch (ConfigException e) {
      throw settings.located(e);
    }
  }
}
