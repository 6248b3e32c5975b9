package io.millrace.cli.group;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace group delete}: deletes a group with its positions. */
@Command(
    name = "delete",
    aliases = "rm",
    description =
        "Delete a group without members, with its positions, without confirmation. This cannot be"
            + " undone.",
    footer = {
      "",
      "Events are not deleted. A new group of the same name starts without positions.",
      "",
      "Example:",
      "  millrace group delete billing"
    })
final class GroupDeleteCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the group.")
  private String name;

  @Option(
      names = "--if-exists",
      description = "Succeed if there is no such group. Default: an unknown group is an error.")
  private boolean ifExists;

  @Mixin private OutputOption output;

  GroupDeleteCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      boolean deleted = delete(client.admin());
      if (output.isJson()) {
        OutputOption.printJson(
            streams,
            json -> {
              json.writeStartObject();
              json.writeStringField("group", name);
              json.writeBooleanField("deleted", deleted);
              json.writeEndObject();
            });
      } else {
        streams.print((deleted ? "deleted group " : "there is no group ") + name + "\n");
      }
      return ExitCode.OK;
    }
  }

  /** Returns whether the group was deleted; false if there was none, which the user allowed. */
  private boolean delete(Admin admin) {
    try {
      admin.deleteGroup(name);
      return true;
    } catch (MillraceException e) {
      if (ifExists && e.code() == ErrorCode.UNKNOWN_GROUP) {
        return false;
      }
      throw GroupReport.withNextStep(e, name);
    }
  }
}
