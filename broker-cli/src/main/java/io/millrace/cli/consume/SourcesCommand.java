package io.millrace.cli.consume;

import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.client.MillraceClient;
import io.millrace.client.SkippedOffsets;
import io.millrace.client.SourceListing;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace sources}: lists the sources of the events of a topic. */
@Command(
    name = "sources",
    description =
        "List the sources of a topic: number of events, first and last event time, last append, rate"
            + " and clock skew, and which of its numbers are missing or repeated.",
    footer = {
      "",
      "The broker answers from a summary. It reads the whole topic for the first answer, and only "
          + "newer events for a later one. Events that are deleted after they were counted stay "
          + "counted; --exact counts the present ones.",
      "",
      "RATE and SKEW are of about the last minute. SKEW is append time minus event time. MISSING and "
          + "REPEATED are there if a producer numbers the events of its sources.",
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

  @Option(
      names = "--exact",
      description =
          "Scan all events that the topic keeps, instead of using the summary. Default: use the"
              + " summary.")
  private boolean exact;

  @Mixin private OutputOption output;

  @Spec private CommandSpec spec;

  SourcesCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try (MillraceClient client = server.connect()) {
      SourceListing listing =
          exact ? client.admin().listSourcesExactly(topic) : client.admin().listSources(topic);
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> SourcesOutput.write(listing, json));
      } else {
        streams.print(SourcesOutput.table(listing));
      }
      Notices notices = Notices.of(streams, spec.commandLine());
      if (listing.otherEvents() > 0) {
        notices.say(
            Plural.of(listing.otherEvents(), "event")
                + " of further sources, which the summary does not name; --exact lists them");
      }
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
}
