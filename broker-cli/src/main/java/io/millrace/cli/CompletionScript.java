package io.millrace.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * The script with which bash and zsh complete commands: picocli's, with values of options in lower
 * case, as the help writes them, with a header about Millrace, and with the words after {@code
 * help}.
 */
final class CompletionScript {

  /** The values of an option. Picocli has the names of the constants, in upper case. */
  private static final Pattern VALUES = Pattern.compile("(?m)^ *local \\w+_option_args=.*$");

  /** Picocli's comment at the beginning, about files that do not exist here. */
  private static final Pattern HEADER = Pattern.compile("\\A(#.*\n)+");

  private static final String OWN_HEADER =
      """
      #!/usr/bin/env bash
      # Completes the commands and options of millrace in bash and zsh. Load it into a shell:
      #   source <(millrace completion)
      # For every new bash with bash-completion:
      #   millrace completion >~/.local/share/bash-completion/completions/millrace
      """;

  private static final String HELP =
      """

      # Completes the commands after 'millrace help'. Picocli would complete their options.
      function _complete_millrace_help() {
        local words=""
        case "${COMP_WORDS[*]:2:COMP_CWORD-2}" in
      @CASES@  esac
        type compopt &>/dev/null && compopt +o default
        COMPREPLY=( $(compgen -W "${words}" -- "${COMP_WORDS[COMP_CWORD]}") )
      }

      function _complete_millrace_or_help() {
        if [ "${COMP_CWORD}" -ge 2 ] && [ "${COMP_WORDS[1]}" = help ]; then
          _complete_millrace_help
        else
          _complete_millrace
        fi
      }

      complete -F _complete_millrace_or_help -o default millrace
      """;

  private CompletionScript() {}

  /**
   * Writes the script.
   *
   * @param root a command line with all commands
   */
  static String of(CommandLine root) {
    String script = HEADER.matcher(AutoComplete.bash("millrace", root)).replaceFirst("");
    String lower =
        VALUES
            .matcher(script)
            .replaceAll(values -> Matcher.quoteReplacement(lowerValues(values.group())));
    return OWN_HEADER + lower + HELP.replace("@CASES@", cases(root, ""));
  }

  /** Leaves the name of the variable as it is. */
  private static String lowerValues(String line) {
    int values = line.indexOf('=');
    return line.substring(0, values) + line.substring(values).toLowerCase(Locale.ROOT);
  }

  /** The cases of a group of commands and of the groups in it: the words so far, and the next. */
  private static String cases(CommandLine command, String path) {
    if (command.getSubcommands().isEmpty()) {
      return "";
    }
    String words =
        visible(command).map(CommandLine::getCommandName).collect(Collectors.joining(" "));
    String own = "    \"%s\") words=\"%s\" ;;%n".formatted(path, words);
    return visible(command)
        .map(each -> cases(each, (path + " " + each.getCommandName()).strip()))
        .collect(Collectors.joining("", own, ""));
  }

  private static Stream<CommandLine> visible(CommandLine command) {
    return command.getSubcommands().values().stream()
        .distinct()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden());
  }
}
