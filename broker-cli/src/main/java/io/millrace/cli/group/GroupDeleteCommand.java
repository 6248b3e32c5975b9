package io.millrace.cli.group;

import io.millrace.cli.command.Deletion;
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

  @Mixin private Deletion deletion;

  @Mixin private OutputOption output;

  GroupDeleteCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      return deletion.run(
          streams, output, "group", name, ErrorCode.UNKNOWN_GROUP, () -> delete(client.admin()));
    }
  }

  private void delete(Admin admin) {
    try {
      admin.deleteGroup(name);
    } catch (MillraceException e) {
      throw GroupReport.withNextStep(e, name);
    }
  }
}
