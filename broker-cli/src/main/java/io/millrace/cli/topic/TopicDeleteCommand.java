package io.millrace.cli.topic;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--if-exists",
      description = "Succeed if there is no such topic. Default: an unknown topic is an error.")
  private boolean ifExists;

  @Mixin private OutputOption output;

  TopicDeleteCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      boolean deleted = delete(client.admin());
      if (output.isJson()) {
        OutputOption.printJson(
            streams,
            json -> {
              json.writeStartObject();
              json.writeStringField("topic", name);
              json.writeBooleanField("deleted", deleted);
              json.writeEndObject();
            });
      } else {
        streams.print((deleted ? "deleted topic " : "there is no topic ") + name + "\n");
      }
      return ExitCode.OK;
    }
  }

  /** Returns whether the topic was deleted; false if there was none, which the user allowed. */
  private boolean delete(Admin admin) {
    try {
      admin.deleteTopic(name);
      return true;
    } catch (MillraceException e) {
      if (ifExists && e.code() == ErrorCode.UNKNOWN_TOPIC) {
        return false;
      }
      throw e;
    }
  }
}
