package io.millrace.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Chooses logback's configuration before the first logger is made: the installation's {@code
 * config/logback.xml} for the server, warnings only for every other command.
 */
final class CliLogging {

  private static final String PROPERTY = "logback.configurationFile";

  /** Read by logback-commands.xml. */
  private static final String LEVEL = "millrace.log.level";

  private static final List<String> TORTURE = List.of("bench", "torture");
  private static final Optional<String> SERVER = Optional.of("server");

  private CliLogging() {}

  static void configure(String[] args) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    List<String> words = Arrays.stream(args).filter(arg -> !arg.startsWith("-")).toList();
    if (!words.stream().findFirst().equals(SERVER)) {
      System.setProperty(PROPERTY, "io/millrace/cli/logback-commands.xml");
      if (words.size() > 1 && words.subList(0, 2).equals(TORTURE)) {
        // Its clients are refused and cut off all the time, which is no news.
        System.setProperty(LEVEL, "ERROR");
      }
      return;
    }
    String home = System.getProperty("millrace.home");
    if (home != null && Files.isReadable(Path.of(home, "config", "logback.xml"))) {
      System.setProperty(PROPERTY, Path.of(home, "config", "logback.xml").toString());
    }
  }
}
