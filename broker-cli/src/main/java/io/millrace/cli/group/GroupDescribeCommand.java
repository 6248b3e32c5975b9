package io.millrace.cli.group;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.GroupDetails;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace group describe}: prints the members, the positions and the lag of a group. */
@Command(
    name = "describe",
    description = "Print the members, the positions and the lag of a group.",
    footer = {
      "",
      "The columns of a member, some of them as of its last beat, which it sends several times in",
      "a session timeout:",
      "  OWNS           partitions that it reads, with those that it gives up",
      "  TARGET         partitions that it shall have",
      "  HANDED OUT     events that its program had got and not finished (last beat)",
      "  LAST PROGRESS  when its program had last taken or finished events (last beat)",
      "",
      "The columns of a partition:",
      "  POSITION  the next event to process; '-' if the group has none",
      "  END       one past the last event that is fsynced to disk",
      "  LAG       events between them",
      "  LAG TIME  time since the event at the position was appended",
      "  REASON    why it lags; docs/groups.md says what to do",
      "",
      "The columns of a partition of a queue:",
      "  START      every event below this offset is done",
      "  NEXT       the queue has looked at every event below this offset",
      "  AVAILABLE  events that can be taken",
      "  LOCKED     events that a consumer has",
      "  WAITING    events that come again later",
      "",
      "Example:",
      "  millrace group describe billing"
    })
final class GroupDescribeCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the group.")
  private String name;

  @Mixin private OutputOption output;

  GroupDescribeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      GroupDetails group = client.admin().describeGroup(name);
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> GroupReport.write(json, group));
      } else {
        streams.print(GroupReport.details(group));
      }
      return ExitCode.OK;
    }
  }
}
