package io.millrace.cli.user;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace user enable}: lets a user log in again. */
@Command(
    name = "enable",
    description = "Let a user that was disabled log in again.",
    footer = {"", "Example:", "  millrace user enable anna"})
final class UserEnableCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Mixin private OutputOption output;

  UserEnableCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          access.setEnabled(name, true, false);
          output.print(
              streams,
              json -> {
                json.writeStringField("user", name);
                json.writeBooleanField("enabled", true);
              },
              "user " + Printable.line(name) + " is enabled\n");
          return ExitCode.OK;
        });
  }
}
