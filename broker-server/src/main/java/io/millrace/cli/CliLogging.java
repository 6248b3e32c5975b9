package io.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Chooses logback's configuration before the first logger is made: the installation's {@code
 * config/logback.xml} for the server, warnings only for every other command.
 */
final class CliLogging {

  private static final String PROPERTY = "logback.configurationFile";

  private CliLogging() {}

  static void configure(String[] args) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    if (!Arrays.asList(args).contains("server")) {
      System.setProperty(PROPERTY, "io/millrace/cli/logback-commands.xml");
      return;
    }
    String home = System.getProperty("millrace.home");
    if (home != null && Files.isReadable(Path.of(home, "config", "logback.xml"))) {
      System.setProperty(PROPERTY, Path.of(home, "config", "logback.xml").toString());
    }
  }
}
