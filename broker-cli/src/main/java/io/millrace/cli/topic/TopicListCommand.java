package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code millrace topic list}: lists all topics. */
@Command(
    name = "list",
    aliases = "ls",
    description = "List all topics, with their partitions, events, bytes and health.",
    footer = {"", "Example:", "  millrace topic list --output json"})
final class TopicListCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Mixin private OutputOption output;

  TopicListCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      List<TopicDescription> topics = client.admin().listTopics();
      ListedDamage damage = ListedDamage.of(client.admin());
      if (output.isJson()) {
        OutputOption.printJson(
            streams,
            json -> {
              json.writeStartArray();
              for (TopicDescription topic : topics) {
                TopicReport.write(json, topic, damage);
              }
              json.writeEndArray();
            });
      } else if (topics.isEmpty()) {
        streams.err().println("There are no topics; 'millrace topic create NAME' creates one.");
      } else {
        streams.print(TopicReport.overview(topics, damage));
      }
      return ExitCode.OK;
    }
  }
}
