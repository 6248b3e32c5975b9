package io.millrace.cli.user;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.access.ForceOption;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Printable;
import io.millrace.cli.command.Streams;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace user disable}: lets a user log in no more. */
@Command(
    name = "disable",
    description = "Let a user log in no more, and make its tokens invalid, until it is enabled.",
    footer = {"", "Example:", "  millrace user disable anna"})
final class UserDisableCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Parameters(paramLabel = "NAME", description = "Name of the user.")
  private String name;

  @Mixin private ForceOption force;

  @Mixin private OutputOption output;

  UserDisableCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          access.setEnabled(name, false, force.isGiven());
          output.print(
              streams,
              json -> {
                json.writeStringField("user", name);
                json.writeBooleanField("enabled", false);
              },
              "user " + Printable.line(name) + " is disabled\n");
          return ExitCode.OK;
        });
  }
}
