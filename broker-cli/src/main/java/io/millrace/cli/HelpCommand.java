package io.millrace.cli;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code millrace help}: prints the help of a command, at any depth. */
@Command(
    name = "help",
    description = "Print the help of a command.",
    footer = {"", "Example:", "  millrace help topic create"})
final class HelpCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "COMMAND",
      arity = "0..*",
      description = "The command, such as topic create. Default: the list of all commands.")
  private List<String> path = List.of();

  HelpCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    CommandLine command = spec.root().commandLine();
    for (String word : path) {
      CommandLine next = command.getSubcommands().get(word);
      if (next == null) {
        throw new UnmatchedArgumentException(command, List.of(word));
      }
      command = next;
    }
    streams.print(command.getUsageMessage());
    return ExitCode.OK;
  }
}
