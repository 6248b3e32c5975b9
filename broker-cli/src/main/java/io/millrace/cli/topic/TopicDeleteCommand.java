package io.millrace.cli.topic;

import io.millrace.cli.command.Deletion;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace topic delete}: deletes a topic with its events. */
@Command(
    name = "delete",
    aliases = "rm",
    description =
        "Delete a topic with all its events, without confirmation. This cannot be undone.",
    footer = {"", "Example:", "  millrace topic delete rides"})
final class TopicDeleteCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the topic.")
  private String name;

  @Mixin private Deletion deletion;

  @Mixin private OutputOption output;

  TopicDeleteCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      return deletion.run(
          streams,
          output,
          "topic",
          name,
          ErrorCode.UNKNOWN_TOPIC,
          () -> client.admin().deleteTopic(name));
    }
  }
}
