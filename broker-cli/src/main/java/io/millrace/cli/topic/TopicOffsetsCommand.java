package io.millrace.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.ErrorPrinter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace topic offsets}: prints the offsets of the partitions, or those of a time. */
@Command(
    name = "offsets",
    description = "Print the offsets of each partition, and the offset of a time.",
    footer = {
      "",
      "The offsets of a partition:",
      "  START    the first event that is kept",
      "  DURABLE  one past the last event that is fsynced to disk",
      "  END      one past the last event that is stored",
      "  AT TIME  with --time: the first durable event, by offset, whose event time",
      "           is at or after the time; if there is none, DURABLE or a later",
      "           offset; '-' if the partition cannot be searched: the reason is",
      "           printed to stderr, and the exit code is 1",
      "",
      "Events need not be in the order of their times: after AT TIME there can be "
          + "events with an earlier time, even most events of the partition if one of the first "
          + "has a time that is far too late.",
      "",
      "Examples:",
      "  millrace topic offsets rides",
      "  millrace topic offsets rides --time 2026-03-01T08:00:00Z",
      "  millrace topic offsets rides --partition 2 --time 2h --output json"
    })
final class TopicOffsetsCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the topic.")
  private String name;

  @Mixin private PartitionOption partition;

  @Option(
      names = "--time",
      paramLabel = "TIME",
      converter = TimeArgument.Converter.class,
      description =
          "Also print the offset of this event time (ISO-8601), or of a duration before now (10m,"
              + " 2h, 7d). Default: no time.")
  private Long timeMicros;

  @Mixin private OutputOption output;

  /** The search in one partition fails, and those in the others do not. */
  private static final Set<ErrorCode> OF_ONE_PARTITION =
      EnumSet.of(
          ErrorCode.CORRUPT_LOG,
          ErrorCode.LOG_TOO_NEW,
          ErrorCode.LOG_TOO_OLD,
          ErrorCode.STORAGE_FAILED,
          ErrorCode.DISK_FULL,
          ErrorCode.RESOURCES_EXHAUSTED,
          ErrorCode.FENCED);

  /**
   * @param atTime empty without a time, and if the search failed
   * @param failure of the search; null without one
   */
  private record Row(
      PartitionDescription partition, OptionalLong atTime, MillraceException failure) {}

  TopicOffsetsCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    partition.check();
    try (MillraceClient client = server.connect()) {
      List<Row> rows = rows(client.admin());
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> write(json, rows));
      } else {
        streams.print(table(rows).toString());
      }
      return printFailures(rows);
    }
  }

  private int printFailures(List<Row> rows) {
    Notices notices = Notices.of(streams, spec.commandLine());
    int exitCode = ExitCode.OK;
    for (Row row : rows) {
      if (row.failure() != null) {
        exitCode = ExitCode.FAILED;
        String message =
            notices.json() ? row.failure().getMessage() : ErrorPrinter.message(row.failure());
        notices.error(
            row.failure().code().name(),
            "partition " + row.partition().partition() + ": " + message,
            exitCode);
      }
    }
    return exitCode;
  }

  private List<Row> rows(Admin admin) {
    List<Row> rows = new ArrayList<>();
    for (PartitionDescription each : partition.choose(admin.describeTopic(name))) {
      rows.add(row(admin, each));
    }
    return rows;
  }

  private Row row(Admin admin, PartitionDescription of) {
    if (timeMicros == null) {
      return new Row(of, OptionalLong.empty(), null);
    }
    try {
      Instant time = EventTime.toInstant(timeMicros);
      return new Row(of, OptionalLong.of(admin.offsetForTime(name, of.partition(), time)), null);
    } catch (MillraceException e) {
      if (!OF_ONE_PARTITION.contains(e.code())) {
        throw e;
      }
      return new Row(of, OptionalLong.empty(), e);
    }
  }

  private Table table(List<Row> rows) {
    Table table =
        timeMicros == null
            ? new Table("PARTITION", "START", "DURABLE", "END")
            : new Table("PARTITION", "START", "DURABLE", "END", "AT TIME");
    for (Row row : rows) {
      PartitionDescription p = row.partition();
      List<Object> cells = new ArrayList<>(List.of(p.partition(), p.start(), p.durable(), p.end()));
      if (timeMicros != null) {
        cells.add(row.failure() == null ? row.atTime().getAsLong() : "-");
      }
      table.add(cells.toArray());
    }
    return table;
  }

  private static void write(JsonGenerator json, List<Row> rows) throws IOException {
    json.writeStartArray();
    for (Row row : rows) {
      json.writeStartObject();
      json.writeNumberField("partition", row.partition().partition());
      json.writeNumberField("start", row.partition().start());
      json.writeNumberField("durable", row.partition().durable());
      json.writeNumberField("end", row.partition().end());
      JsonFields.writeNumber(json, "offsetForTime", row.atTime());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
