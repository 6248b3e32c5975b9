package io.millrace.cli.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What a command prints on standard error besides its result: errors and notices. They are text for
 * people, or, if the command line asks for JSON, one line of JSON each. Any thread.
 *
 * @param command the name of the command, such as {@code millrace topic create}
 * @param json whether to print JSON
 */
public record Notices(PrintStream err, String command, boolean json) {

  /**
   * The notices of a command line.
   *
   * @param args all arguments, correct or not
   */
  public static Notices of(Streams streams, String command, List<String> args) {
    return new Notices(streams.err(), command, OutputOption.asksForJson(args));
  }

  /** The notices of a command that runs. */
  public static Notices of(Streams streams, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    return of(
        streams, spec.qualifiedName(), spec.root().commandLine().getParseResult().originalArgs());
  }

  /** Prints something that the user should know and that is no failure. */
  public void say(String message) {
    if (json) {
      printJson(
          out -> {
            out.writeObjectFieldStart("notice");
            out.writeStringField("command", command);
            out.writeStringField("message", message);
            out.writeEndObject();
          });
    } else {
      err.println(command + ": " + Printable.line(message));
    }
  }

  /**
   * As {@link #say(String)}.
   *
   * @param overProgress whether a line of progress may be there, which the notice replaces
   */
  public void say(String message, boolean overProgress) {
    if (overProgress && !json) {
      err.print("\r\033[K");
    }
    say(message);
  }

  /**
   * Prints an error.
   *
   * @param code for JSON, which has it in a field of its own
   * @param exitCode the exit code of the command
   */
  public void error(String code, String message, int exitCode) {
    error(code, message, exitCode, null);
  }

  /**
   * As {@link #error(String, String, int)}, with a message of several lines.
   *
   * @param lines without line breaks; each begins a line of its own
   */
  void error(String code, List<String> lines, int exitCode) {
    if (json) {
      error(code, String.join("\n", lines), exitCode);
      return;
    }
    err.println(command + ": " + Printable.line(lines.get(0)));
    lines.stream().skip(1).map(Printable::line).forEach(err::println);
  }

  /**
   * As {@link #error(String, String, int)}, with a stack trace.
   *
   * @param trace its exception, or null
   */
  void error(String code, String message, int exitCode, Throwable trace) {
    if (json) {
      printJson(
          out -> {
            out.writeObjectFieldStart("error");
            out.writeStringField("command", command);
            out.writeStringField("code", code);
            out.writeStringField("message", message);
            out.writeNumberField("exitCode", exitCode);
            out.writeStringField("stackTrace", trace == null ? null : text(trace));
            out.writeEndObject();
          });
      return;
    }
    err.println(command + ": " + Printable.line(message));
    if (trace != null) {
      trace.printStackTrace(err);
    }
  }

  private static String text(Throwable trace) {
    StringWriter text = new StringWriter();
    trace.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Prints one line with one write: other threads print too. */
  private void printJson(OutputOption.JsonResult fields) {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      OutputOption.printJson(
          line,
          out -> {
            out.writeStartObject();
            fields.write(out);
            out.writeEndObject();
          });
    } catch (IOException e) {
      throw new UncheckedIOException("an array in memory cannot fail", e);
    }
    err.write(line.toByteArray(), 0, line.size());
    err.flush();
  }
}
