package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topic describe}: prints the settings and the partitions of a topic. */
@Command(
    name = "describe",
    description = "Print the settings and the partitions of a topic.",
    footer = {
      "",
      "The offsets of a partition:",
      "  START    the first event that is kept",
      "  DURABLE  one past the last event that is fsynced to disk",
      "  END      one past the last event that is stored",
      "",
      "Example:",
      "  millrace topic describe rides"
    })
final class TopicDescribeCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the topic.")
  private String name;

  @Mixin private OutputOption output;

  TopicDescribeCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      TopicDescription topic = client.admin().describeTopic(name);
      ListedDamage damage = ListedDamage.of(client.admin(), name);
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> TopicReport.write(json, topic, damage));
      } else {
        streams.print(TopicReport.details(topic, damage));
      }
      return ExitCode.OK;
    }
  }
}
