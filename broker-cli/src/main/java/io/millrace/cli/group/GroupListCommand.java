package io.millrace.cli.group;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.GroupListing;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace group list}: lists all groups. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List all groups, with their members, their lag and its reason.",
    footer = {
      "",
      "LAG TIME and REASON are those of the partition that is furthest behind.",
      "",
      "Example:",
      "  millrace group list --output json"
    })
final class GroupListCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Mixin private OutputOption output;

  GroupListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      List<GroupListing> groups = client.admin().listGroups();
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> GroupReport.write(json, groups));
      } else if (groups.isEmpty()) {
        streams
            .err()
            .println(
                "There are no groups; 'millrace consume TOPIC --group NAME' creates one, and so does"
                    + " a consumer with a group.");
      } else {
        streams.print(GroupReport.overview(groups));
      }
      return ExitCode.OK;
    }
  }
}
