package io.millrace.cli;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace completion}: a script that lets bash and zsh complete commands and options. */
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh.",
    footer = {"", "Example:", "  source <(millrace completion)"})
final class CompletionCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  CompletionCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    streams.print(AutoComplete.bash("millrace", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
