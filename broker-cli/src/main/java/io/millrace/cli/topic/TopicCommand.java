package io.millrace.cli.topic;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code millrace topic}: the group of commands that create, list, change and delete topics. */
@Command(
    name = "topic",
    description = "Create, list, describe, change and delete topics.",
    footer = {"", "'millrace topic COMMAND --help' describes a command."},
    subcommands = {
      TopicCreateCommand.class,
      TopicListCommand.class,
      TopicDescribeCommand.class,
      TopicOffsetsCommand.class,
      TopicAlterCommand.class,
      TopicAddPartitionsCommand.class,
      TopicDeleteCommand.class,
      TopicDeleteEventsCommand.class
    })
public final class TopicCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "name a command: create, list, describe, offsets, alter, add-partitions, delete or"
            + " delete-events");
  }
}
