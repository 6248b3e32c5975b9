package io.millrace.cli;

import io.millrace.cli.command.OutputOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Chooses the configuration of logback, before the first logger is created: the installation's
 * {@code config/logback.xml} for the server, warnings only for every other command, as JSON if it
 * prints JSON.
 */
final class CliLogging {

  private static final String PROPERTY = "logback.configurationFile";

  /** The system property that logback-commands.xml reads. */
  private static final String LEVEL = "millrace.log.level";

  /** The system property that logback-commands.xml reads: the command, which begins each line. */
  private static final String COMMAND = "millrace.log.command";

  private static final Set<String> GROUPS = Set.of("topic", "log", "bench");

  private static final List<String> TORTURE = List.of("bench", "torture");
  private static final Optional<String> SERVER = Optional.of("server");

  private CliLogging() {}

  /** Whether the command is {@code server}, which has the installation's logging. */
  static boolean isServer(String[] args) {
    return words(args).findFirst().equals(SERVER);
  }

  private static Stream<String> words(String[] args) {
    return Arrays.stream(args).filter(arg -> !arg.startsWith("-"));
  }

  /** The name of the command as its messages have it, such as {@code millrace topic create}. */
  static String command(String[] args) {
    List<String> words = words(args).toList();
    int count = !words.isEmpty() && GROUPS.contains(words.get(0)) ? 2 : 1;
    return Stream.concat(Stream.of("millrace"), words.stream().limit(count))
        .collect(Collectors.joining(" "));
  }

  static void configure(String[] args) {
    if (System.getProperty(PROPERTY) != null) {
      return;
    }
    if (!isServer(args)) {
      System.setProperty(COMMAND, command(args));
      System.setProperty(
          PROPERTY,
          OutputOption.asksForJson(List.of(args))
              ? "io/millrace/cli/logback-json.xml"
              : "io/millrace/cli/logback-commands.xml");
      if (words(args).limit(2).toList().equals(TORTURE)) {
        // Refusals and broken connections are expected in a torture run, and would fill the
        // terminal.
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
