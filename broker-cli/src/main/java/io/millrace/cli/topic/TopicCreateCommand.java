package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.ListedDamage;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Setting;
import io.millrace.cli.command.Streams;
import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.TopicDescription;
import io.millrace.client.TopicSpec;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace topic create}: creates a topic. */
@Command(
    name = "create",
    description = "Create a topic.",
    footer = {
      "",
      TopicSettingsHelp.HEADING,
      TopicSettingsHelp.RETENTION_TIME,
      TopicSettingsHelp.RETENTION_BYTES,
      TopicSettingsHelp.SEGMENT_BYTES,
      "",
      "Examples:",
      "  millrace topic create rides --partitions 4",
      "  millrace topic create clicks --set retentionTime=7d --set retentionBytes=10GiB"
    })
final class TopicCreateCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;
  @Mixin private ServerOption server;

  @Parameters(
      paramLabel = "NAME",
      description = "Name of the topic: 1 to 249 characters of a-z A-Z 0-9 . _ -")
  private String name;

  @Option(
      names = {"-p", "--partitions"},
      paramLabel = "N",
      description =
          "Number of partitions, 1 to 1024 (the broker's limits.maxPartitionsPerTopic). Default: the"
              + " broker's topics.partitions, which is 1 unless it is set.")
  private Integer partitions;

  @Option(
      names = "--set",
      paramLabel = "SETTING=VALUE",
      converter = Setting.Converter.class,
      description =
          "A setting of the topic, see below. Repeatable. Default: the values that the broker has for"
              + " new topics.")
  private List<Setting> settings = List.of();

  @Option(
      names = "--if-not-exists",
      description =
          "Succeed if the topic exists, and leave it as it is. Default: an existing topic is an"
              + " error.")
  private boolean ifNotExists;

  @Mixin private OutputOption output;

  TopicCreateCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    if (partitions != null) {
      OptionRange.check(spec, "--partitions", partitions, 1, Integer.MAX_VALUE);
    }
    int count = partitions == null ? TopicSpec.defaults().partitions() : partitions;
    TopicSpec topic = new TopicSpec(count, Setting.toMap(settings));
    try (MillraceClient client = server.connect()) {
      create(client.admin(), topic);
      return ExitCode.OK;
    }
  }

  private void create(Admin admin, TopicSpec topic) throws IOException {
    try {
      print("created topic ", admin.createTopic(name, topic), ListedDamage.none());
    } catch (MillraceException e) {
      if (!ifNotExists || e.code() != ErrorCode.TOPIC_EXISTS) {
        throw e;
      }
      TopicDescription existing = admin.describeTopic(name);
      print("there is already a topic ", existing, ListedDamage.of(admin, name));
      sayDifferences(existing);
    }
  }

  /** The topic stays as it is, so a user who asked for another one should know. */
  private void sayDifferences(TopicDescription existing) {
    Notices notices = Notices.of(streams, spec.commandLine());
    int count = existing.partitions().size();
    if (partitions != null && partitions != count) {
      notices.say(
          "the topic has "
              + Plural.of(count, "partition")
              + ", not "
              + partitions
              + (partitions > count
                  ? "; 'topic add-partitions " + name + " --to " + partitions + "' adds the others"
                  : "; partitions cannot be removed"));
    }
    for (Setting setting : settings) {
      String value = existing.settings().get(setting.key());
      if (value != null && !setting.value().equals(value)) {
        notices.say(
            "the topic has "
                + setting.key()
                + "="
                + value
                + "; --set does not change an existing topic, but 'topic alter' does");
      }
    }
  }

  private void print(String outcome, TopicDescription topic, ListedDamage damage)
      throws IOException {
    if (output.isJson()) {
      OutputOption.printJson(streams, json -> TopicReport.write(json, topic, damage));
    } else {
      streams.print(
          outcome + name + " with " + Plural.of(topic.partitions().size(), "partition") + "\n");
    }
  }
}
