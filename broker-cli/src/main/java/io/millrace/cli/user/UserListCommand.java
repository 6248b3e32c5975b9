package io.millrace.cli.user;

import io.millrace.cli.access.AccessTarget;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.UserDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace user list}: lists all users. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List all users, with their roles.",
    footer = {"", "Example:", "  millrace user list --output json"})
final class UserListCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private AccessTarget target;

  @Mixin private OutputOption output;

  UserListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    return target.run(
        access -> {
          List<UserDescription> users = access.listUsers();
          if (output.isJson()) {
            OutputOption.printJson(streams, json -> UserReport.write(json, users));
          } else if (users.isEmpty()) {
            streams.err().println("There are no users; 'millrace user add' creates one.");
          } else {
            streams.print(UserReport.overview(users));
          }
          return ExitCode.OK;
        });
  }
}
