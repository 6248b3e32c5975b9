package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicDescription;
import io.millrace.client.TopicSpec;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic create}. */
@Command(
    name = "create",
    description = "Make a topic.",
    footer = {
      "",
      "Examples:",
      "  millrace topic create rides --partitions 4",
      "  millrace topic create clicks --set retentionTime=7d --set retentionBytes=10GiB"
    })
final class TopicCreateCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "The topic's name.")
  private String name;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many partitions. Default: what the broker's topics.partitions says.")
  private int partitions;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      description = "retentionTime (7d), retentionBytes (10GiB) or segmentBytes (64MiB).")
  private Map<String, String> settings = Map.of();

  @Mixin private OutputOption output;

  TopicCreateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      TopicDescription topic =
          client.admin().createTopic(name, new TopicSpec(partitions, settings));
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> TopicReport.write(json, topic));
      } else {
        streams.print("created topic " + name + " with " + TopicReport.partitions(topic) + "\n");
      }
      return ExitCode.OK;
    }
  }
}
