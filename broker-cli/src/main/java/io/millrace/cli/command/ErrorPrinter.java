package io.millrace.cli.command;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints the error of a failed command to standard error, in one or two lines, and chooses the exit
 * code. A command that prints JSON gets its error as one line of JSON. It also prints the stack
 * trace if the root command's {@link Verbosity} asks for it.
 */
public final class ErrorPrinter implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final Streams streams;

  public ErrorPrinter(Streams streams) {
    this.streams = streams;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    ParameterException error = firstUnmatched(e);
    String command = error.getCommandLine().getCommandSpec().qualifiedName();
    Notices notices = Notices.of(streams, command, List.of(args));
    if (error instanceof WrongPlace place) {
      notices.error("USAGE", place.lines(), ExitCode.USAGE);
    } else {
      notices.error("USAGE", usageMessage(error), ExitCode.USAGE);
    }
    if (!notices.json()) {
      streams.err().println("See '" + command + " --help'.");
    }
    return ExitCode.USAGE;
  }

  /**
   * After an unknown option, picocli also takes the value of the option for an unknown argument.
   */
  private static ParameterException firstUnmatched(ParameterException e) {
    return e instanceof UnmatchedArgumentException unmatched
        ? new UnmatchedArgumentException(e.getCommandLine(), unmatched.getUnmatched().subList(0, 1))
        : e;
  }

  private static String usageMessage(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      return e.getMessage();
    }
    String word = unmatched.getUnmatched().get(0);
    CommandLine command = e.getCommandLine();
    if (unmatched.isUnknownOption()) {
      String option = word.split("=", 2)[0];
      return "there is no option '"
          + option
          + "'"
          + NearestName.suggestion(option, command.getCommandSpec().optionsMap().keySet());
    }
    return command.getSubcommands().isEmpty()
        ? "unexpected argument '" + word + "'"
        : "there is no command '" + word + "'" + commandSuggestion(word, command);
  }

  /** A command of a group is named if the user has left out the group. Else a similar command. */
  private static String commandSuggestion(String word, CommandLine command) {
    for (CommandLine group : visible(command)) {
      if (group.getSubcommands().containsKey(word)) {
        return "; did you mean '" + group.getCommandName() + " " + word + "'?";
      }
    }
    String similar = NearestName.suggestion(word, command.getSubcommands().keySet());
    return similar.isEmpty()
        ? visible(command).stream()
            .map(CommandLine::getCommandName)
            .collect(Collectors.joining(", ", "; the commands are ", ""))
        : similar;
  }

  private static List<CommandLine> visible(CommandLine command) {
    return command.getSubcommands().values().stream()
        .distinct()
        .filter(each -> !each.getCommandSpec().usageMessage().hidden())
        .toList();
  }

  @Override
  public int handleExecutionException(Exception thrown, CommandLine command, ParseResult parsed) {
    Throwable e = thrown;
    while (e instanceof ExecutionException || e instanceof CompletionException) {
      e = e.getCause();
    }
    if (e instanceof Streams.ClosedOutputException) {
      return ExitCode.OK;
    }
    int exitCode = exitCode(e);
    String name = command.getCommandSpec().qualifiedName();
    Notices notices = Notices.of(streams, name, parsed.originalArgs());
    boolean verbose = ((Verbosity) command.getCommandSpec().root().userObject()).verbose();
    notices.error(codeName(e), notices.json() ? text(e) : message(e), exitCode, verbose ? e : null);
    if (!verbose && !notices.json() && isUnexpected(e)) {
      streams.err().println("This is an internal error; add --verbose to print its stack trace.");
    }
    return exitCode;
  }

  private static int exitCode(Throwable e) {
    boolean unreachable =
        e instanceof MillraceException failure
            && (failure.code() == ErrorCode.SERVER_UNREACHABLE
                || failure.code() == ErrorCode.TLS_REQUIRED);
    return unreachable ? ExitCode.UNREACHABLE : ExitCode.FAILED;
  }

  /** The text that is printed for a failure: its message, and its error code if it has one. */
  public static String message(Throwable e) {
    return text(e) + code(e).map(code -> " [" + code + "]").orElse("");
  }

  /** The name of the error code of a failure, for JSON. */
  public static String codeName(Throwable e) {
    return code(e).map(ErrorCode::name).orElse("FAILED");
  }

  private static Optional<ErrorCode> code(Throwable e) {
    if (e instanceof MillraceException failure) {
      return Optional.of(failure.code());
    }
    return e instanceof CommandFailure failure ? failure.code() : Optional.empty();
  }

  /** The message of a failure without its error code. */
  public static String text(Throwable e) {
    if (e instanceof NoSuchFileException missing) {
      return "there is no file or directory " + missing.getFile();
    }
    if (e instanceof AccessDeniedException denied) {
      return "permission denied: " + denied.getFile();
    }
    return isUnexpected(e) ? e.toString() : e.getMessage();
  }

  private static boolean isUnexpected(Throwable e) {
    boolean typed =
        e instanceof MillraceException || e instanceof CommandFailure || e instanceof IOException;
    return !typed || e.getMessage() == null;
  }
}
