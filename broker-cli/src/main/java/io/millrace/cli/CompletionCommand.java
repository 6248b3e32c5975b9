package io.millrace.cli;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code millrace completion}: prints a script with which bash and zsh complete commands. */
@Command(
    name = "completion",
    description =
        "Print a script with which bash and zsh complete commands and options. The example loads it"
            + " into the current shell.",
    footer = {"", "Example:", "  source <(millrace completion)"})
final class CompletionCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  CompletionCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    streams.print(CompletionScript.of(spec.root().commandLine()));
    return ExitCode.OK;
  }
}
