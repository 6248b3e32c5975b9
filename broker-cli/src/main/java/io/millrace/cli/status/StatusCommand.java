package io.millrace.cli.status;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.BrokerDescription;
import io.millrace.client.MillraceClient;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace status}: prints the state of the broker as a whole. */
@Command(
    name = "status",
    description = "Print the state of the broker: version, disk, topics, events, connections.",
    footer = {
      "",
      "Exits with 1 if the broker serves but is degraded: its disk is full, a partition "
          + "refuses appends, or groups are refused. Exits with 3 if it cannot be reached. Damaged offsets do "
          + "not count as degraded, because all other events are served; they are listed.",
      "",
      "Topics, partitions and events are those of users, without internal topics. "
          + "The number of events includes damaged ones.",
      "",
      "Examples:",
      "  millrace status",
      "  millrace status --output json"
    })
public final class StatusCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Mixin private OutputOption output;

  StatusCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      BrokerDescription broker = client.admin().describeBroker();
      ListedDamage damage =
          broker.damagedRanges() == 0 ? ListedDamage.none() : ListedDamage.of(client.admin());
      if (output.isJson()) {
        OutputOption.printJson(
            streams, json -> StatusReport.write(json, server.address(), broker, damage));
      } else {
        streams.print(StatusReport.text(server.address(), broker, damage));
      }
      return broker.degraded() ? ExitCode.FAILED : ExitCode.OK;
    }
  }
}
