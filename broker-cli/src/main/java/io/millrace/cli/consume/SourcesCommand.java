package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.client.MillraceClient;
import io.millrace.client.SourceDescription;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace sources}: lists the sources of the events of a topic. */
@Command(
    name = "sources",
    description = "List the sources of a topic: number of events, first and last event time.",
    footer = {"", "Example:", "  millrace sources rides"})
public final class SourcesCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
  private String topic;

  @Mixin private OutputOption output;

  SourcesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      List<SourceDescription> sources = client.admin().listSources(topic);
      if (output.isJson()) {
        OutputOption.printJson(
            streams,
            json -> {
              json.writeStartArray();
              for (SourceDescription source : sources) {
                json.writeStartObject();
                json.writeStringField("source", source.source());
                json.writeNumberField("count", source.count());
                json.writeStringField("firstSeen", time(source.firstSeen()));
                json.writeStringField("lastSeen", time(source.lastSeen()));
                json.writeEndObject();
              }
              json.writeEndArray();
            });
      } else {
        Table table = new Table("SOURCE", "COUNT", "FIRST SEEN", "LAST SEEN");
        for (SourceDescription source : sources) {
          table.add(
              source.source(), source.count(), time(source.firstSeen()), time(source.lastSeen()));
        }
        streams.print(table.toString());
      }
      return ExitCode.OK;
    }
  }

  private static String time(Instant instant) {
    return EventTime.format(EventTime.ofInstant(instant));
  }
}
