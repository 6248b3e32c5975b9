package io.millrace.cli.command;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** A usage error whose message has several lines, to point at a place or to list commands. */
public final class WrongPlace extends ParameterException {

  private static final long serialVersionUID = 1;

  private final transient List<String> lines;

  /**
   * @param lines the message, without the name of the command
   */
  public WrongPlace(CommandLine command, List<String> lines) {
    super(command, String.join("\n", lines));
    this.lines = List.copyOf(lines);
  }

  /** The lines of the message. */
  List<String> lines() {
    return lines;
  }
}
