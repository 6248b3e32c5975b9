package io.millrace.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The settings file of a broker. */
public final class BrokerConfigFile {

  private BrokerConfigFile() {}

  /**
   * The file that the user has given, or that of the installation.
   *
   * @param given null: none
   * @return empty if there is none either
   */
  public static Optional<Path> orInstalled(Path given) {
    String home = System.getProperty("millrace.home");
    if (given != null || home == null) {
      return Optional.ofNullable(given);
    }
    return Optional.of(Path.of(home, "config", "broker.yaml")).filter(Files::exists);
  }
}
