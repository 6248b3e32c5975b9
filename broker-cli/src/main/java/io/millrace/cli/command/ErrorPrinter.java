package io.millrace.cli.command;

import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints the error of a failed command to standard error, in one or two lines, and chooses the exit
 * code. It also prints the stack trace if the root command's {@link Verbosity} asks for it.
 */
public final class ErrorPrinter implements IExecutionExceptionHandler, IParameterExceptionHandler {

  private final Streams streams;

  public ErrorPrinter(Streams streams) {
    this.streams = streams;
  }

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    say(command, usageMessage(e));
    if (!UnmatchedArgumentException.printSuggestions(e, streams.err())) {
      streams.err().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
    }
    return ExitCode.USAGE;
  }

  private static String usageMessage(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return e.getMessage();
    }
    String word = unmatched.getUnmatched().get(0);
    return e.getCommandLine().getSubcommands().isEmpty()
        ? "unexpected argument '" + word + "'"
        : "there is no command '" + word + "'";
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
    say(command, message(e));
    Verbosity root = (Verbosity) command.getCommandSpec().root().userObject();
    if (root.verbose()) {
      e.printStackTrace(streams.err());
    } else if (isUnexpected(e)) {
      streams.err().println("This is an internal error; add --verbose to print its stack trace.");
    }
    boolean unreachable =
        e instanceof MillraceException failure && failure.code() == ErrorCode.SERVER_UNREACHABLE;
    return unreachable ? ExitCode.UNREACHABLE : ExitCode.FAILED;
  }

  private void say(CommandLine command, String message) {
    streams
        .err()
        .println(command.getCommandSpec().qualifiedName() + ": " + Printable.line(message));
  }

  /** The text that is printed for a failure: its message, and its error code if it has one. */
  public static String message(Throwable e) {
    if (e instanceof MillraceException failure) {
      return failure.getMessage() + " [" + failure.code() + "]";
    }
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
