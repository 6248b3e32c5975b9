package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.client.MillraceClient;
import io.millrace.client.SkippedOffsets;
import io.millrace.client.SourceDescription;
import io.millrace.client.SourceListing;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace sources}: lists the sources of the events of a topic. */
@Command(
    name = "sources",
    description = "List the sources of a topic: number of events, first and last event time.",
    footer = {
      "",
      "Damaged events are not in the list. If there are any, their offsets are printed to stderr, and "
          + "the exit code is 1.",
      "",
      "Example:",
      "  millrace sources rides"
    })
public final class SourcesCommand implements Callable<Integer> {

  private final Streams streams;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
  private String topic;

  @Mixin private OutputOption output;

  @Spec private CommandSpec spec;

  SourcesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      SourceListing listing = client.admin().listSources(topic);
      List<SourceDescription> sources = listing.sources();
      if (output.isJson()) {
        OutputOption.printJson(
            streams,
            json -> {
              json.writeStartArray();
              for (SourceDescription source : sources) {
                json.writeStartObject();
                json.writeStringField("source", source.source());
                json.writeNumberField("events", source.events());
                json.writeStringField("firstSeen", time(source.firstSeen()));
                json.writeStringField("lastSeen", time(source.lastSeen()));
                json.writeEndObject();
              }
              json.writeEndArray();
            });
      } else {
        Table table = new Table("SOURCE", "EVENTS", "FIRST SEEN", "LAST SEEN");
        for (SourceDescription source : sources) {
          table.add(
              source.source(), source.events(), time(source.firstSeen()), time(source.lastSeen()));
        }
        streams.print(table.toString());
      }
      Notices notices = Notices.of(streams, spec.commandLine());
      for (SkippedOffsets range : listing.skipped()) {
        notices.error(ErrorCode.CORRUPT_LOG.name(), text(range), ExitCode.FAILED);
      }
      return listing.skipped().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private static String text(SkippedOffsets range) {
    return range.isWholePartition()
        ? "the list has no event of partition "
            + range.partition()
            + ", which cannot be read; 'millrace topic describe' shows why"
        : "the list has no event with the offsets "
            + range.firstOffset()
            + " to "
            + (range.endOffset() - 1)
            + " of partition "
            + range.partition()
            + ", which are damaged";
  }

  private static String time(Instant instant) {
    return EventTime.format(EventTime.ofInstant(instant));
  }
}
