package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Setting;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicDescription;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic alter}: changes settings of a topic. */
@Command(
    name = "alter",
    description = "Change settings of a topic. The other settings stay as they are.",
    footer = {
      "",
      "Prints the topic with its new settings, as 'topic describe' does. Shorter "
          + "retention takes effect at the next retention run (retention.checkInterval of "
          + "the broker).",
      "",
      TopicSettingsHelp.HEADING,
      TopicSettingsHelp.RETENTION_TIME,
      TopicSettingsHelp.RETENTION_BYTES,
      TopicSettingsHelp.SEGMENT_BYTES,
      "",
      "Example:",
      "  millrace topic alter rides --set retentionTime=30d"
    })
final class TopicAlterCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the topic.")
  private String name;

  @Option(
      names = "--set",
      required = true,
      paramLabel = "SETTING=VALUE",
      converter = Setting.Converter.class,
      description = "A setting of the topic, see below. Repeatable. Required.")
  private List<Setting> settings;

  @Mixin private OutputOption output;

  TopicAlterCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      TopicDescription topic = client.admin().alterTopic(name, Setting.toMap(settings));
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
