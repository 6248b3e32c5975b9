package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace topic add-partitions}: adds partitions to a topic. */
@Command(
    name = "add-partitions",
    description = "Add partitions to a topic. It cannot be undone.",
    footer = {
      "",
      "The new partitions are empty. Stored events stay where they are. If the topic has "
          + "this number of partitions already, nothing changes. Prints the topic, as "
          + "'topic describe' does.",
      "",
      "Keys move: most keys belong to another partition afterwards. So the events of one "
          + "key are in order before the change and after it, but not across it.",
      "",
      "Programs that run keep the old partitions: start producers again to write to the "
          + "new ones, and consumers again to read them. Start the consumers first. 'consume' and "
          + "'tail -f' read the new ones by themselves.",
      "",
      "Finish every import with a name ('produce --name') before. If it is repeated "
          + "afterwards, it stores events again that are in another partition.",
      "",
      "Example:",
      "  millrace topic add-partitions rides --to 8"
    })
final class TopicAddPartitionsCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the topic.")
  private String name;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "N",
      description = "Number of partitions that the topic has afterwards, in all. Required.")
  private int partitions;

  @Mixin private OutputOption output;

  TopicAddPartitionsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    OptionRange.check(spec, "--to", partitions, 1, Integer.MAX_VALUE);
    try (MillraceClient client = server.connect()) {
      TopicDescription topic = client.admin().addPartitions(name, partitions);
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
