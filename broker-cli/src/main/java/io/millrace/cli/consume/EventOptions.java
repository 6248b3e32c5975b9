package io.millrace.cli.consume;

import io.millrace.cli.command.ServerOption;
import io.millrace.cli.format.EventFormat;
import io.millrace.client.MillraceClient;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options of the commands that print events: broker, topic, sources and format. */
final class EventOptions {

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
  String topic;

  @Option(
      names = "--source",
      paramLabel = "S",
      description =
          "Print only events of this source. Repeatable, up to 1024 sources. Default: all.")
  String[] sources = {};

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = EventFormat.HELP + " Default: ${DEFAULT-VALUE}.")
  EventFormat format;

  /** Connects to the broker. The caller closes the client. */
  MillraceClient connect() {
    return server.connect();
  }
}
