package io.millrace.cli;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual page of a command, in the man(7) macros that every system can show. It has the texts
 * of the command's help.
 */
final class ManPage {

  /** A percent sign, or the end of a line. From left to right: {@code %%n} is no end of a line. */
  private static final Pattern FORMAT = Pattern.compile("%[%n]");

  private final CommandLine command;
  private final CommandSpec spec;
  private final String version;

  /**
   * Creates a page.
   *
   * @param version the version of Millrace, for the foot of the page
   */
  ManPage(CommandLine command, String version) {
    this.command = command;
    this.spec = command.getCommandSpec();
    this.version = version;
  }

  /** The name of the file, such as {@code millrace-topic-create.1}. */
  String fileName() {
    return name() + ".1";
  }

  private String name() {
    return spec.qualifiedName("-");
  }

  /** The page, which ends with a newline. */
  String text() {
    StringBuilder page = new StringBuilder();
    page.append(
        ".TH \"%s\" 1 \"\" \"Millrace %s\" \"\"%n"
            .formatted(name().toUpperCase(Locale.ROOT), version));
    section(page, "NAME", name() + " - " + summary());
    Help help = command.getHelp();
    section(
        page, "SYNOPSIS", help.detailedSynopsis(0, Help.createShortOptionNameComparator(), true));
    section(page, "DESCRIPTION", lines(spec.usageMessage().description()));
    arguments(page);
    commands(page);
    if (spec.usageMessage().footer().length > 0) {
      page.append(".SH NOTES\n.nf\n").append(escaped(help.footer().strip())).append("\n.fi\n");
    }
    return page.toString();
  }

  private String summary() {
    String[] description = spec.usageMessage().description();
    return description.length == 0
        ? ""
        : formatted(description[0].replaceFirst("(?s)\\.(\\s.*)?$", ""));
  }

  private void arguments(StringBuilder page) {
    page.append(".SH OPTIONS\n");
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      entry(page, parameter.paramLabel(), description(parameter));
    }
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        String names = String.join(", ", option.names());
        String label = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        entry(page, names + label, description(option));
      }
    }
  }

  private void commands(StringBuilder page) {
    if (!command.getSubcommands().isEmpty()) {
      page.append(".SH COMMANDS\n");
      command.getSubcommands().values().stream()
          .distinct()
          .filter(each -> !each.getCommandSpec().usageMessage().hidden())
          .map(each -> new ManPage(each, version))
          .forEach(each -> entry(page, each.spec.name(), each.summary() + "; see " + each.name()));
    }
  }

  /** Picocli has formatted this text. */
  private static String description(ArgSpec argument) {
    return String.join(" ", argument.description());
  }

  private static String lines(String... lines) {
    return Arrays.stream(lines).map(line -> formatted(line) + "\n").collect(Collectors.joining());
  }

  /** Formats the text of a command, as picocli does in the help. */
  private static String formatted(String text) {
    return FORMAT.matcher(text).replaceAll(found -> found.group().equals("%%") ? "%" : "\n");
  }

  private static void section(StringBuilder page, String title, String text) {
    page.append(".SH ").append(title).append('\n').append(escaped(text.strip())).append('\n');
  }

  private static void entry(StringBuilder page, String name, String text) {
    page.append(".TP\n\\fB").append(escaped(name)).append("\\fR\n");
    page.append(escaped(text)).append('\n');
  }

  /** Escapes what roff would interpret. */
  private static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .lines()
        .map(line -> line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line)
        .collect(Collectors.joining("\n"));
  }
}
