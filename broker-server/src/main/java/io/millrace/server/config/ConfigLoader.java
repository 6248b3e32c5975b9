package io.millrace.server.config;

import io.millrace.server.settings.ConfigException;
import io.millrace.server.settings.EffectiveSetting;
import io.millrace.server.settings.EnvironmentVariables;
import io.millrace.server.settings.SettingValues;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads a {@link ServerConfig} from the defaults, a YAML file, the environment and the command
 * line, in this order. A later source overrides an earlier one.
 */
public final class ConfigLoader {

  private ConfigLoader() {}

  /**
   * The value of each setting and its origin. The parameters and the errors are those of {@link
   * #load}.
   */
  public static List<EffectiveSetting> effective(
      Optional<Path> file, Map<String, String> environment, Map<String, String> options) {
    SettingValues settings = values(file, environment, options);
    load(settings);
    return settings.effective();
  }

  /**
   * Loads the settings.
   *
   * @param file a YAML file in the form of {@code config/broker.yaml}
   * @param environment {@code MILLRACE_STORAGE_FLUSH_INTERVAL} for {@code storage.flushInterval}
   * @param options settings of the command line, by key
   * @throws ConfigException if the file cannot be read, a key is unknown or a value is not allowed
   */
  public static ServerConfig load(
      Optional<Path> file, Map<String, String> environment, Map<String, String> options) {
    return load(values(file, environment, options));
  }

  private static SettingValues values(
      Optional<Path> file, Map<String, String> environment, Map<String, String> options) {
    SettingValues settings = new SettingValues(EnvironmentVariables.of(environment));
    file.ifPresent(path -> YamlFile.read(path, settings));
    options.forEach(settings::putOption);
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
