package io.millrace.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.Admin;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
      "           offset",
      "",
      "Events need not be in the order of their times: after AT TIME there can be "
          + "events with an earlier time.",
      "",
      "Examples:",
      "  millrace topic offsets rides",
      "  millrace topic offsets rides --time 2026-03-01T08:00:00Z",
      "  millrace topic offsets rides --partition 2 --time 2h --output json"
    })
final class TopicOffsetsCommand implements Callable<Integer> {

  private final Streams streams;

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

  /**
   * @param atTime empty without a time
   */
  private record Row(PartitionDescription partition, OptionalLong atTime) {}

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
      return ExitCode.OK;
    }
  }

  private List<Row> rows(Admin admin) {
    List<Row> rows = new ArrayList<>();
    for (PartitionDescription each : partition.choose(admin.describeTopic(name))) {
      rows.add(new Row(each, atTime(admin, each.partition())));
    }
    return rows;
  }

  private OptionalLong atTime(Admin admin, int of) {
    return timeMicros == null
        ? OptionalLong.empty()
        : OptionalLong.of(admin.offsetForTime(name, of, EventTime.toInstant(timeMicros)));
  }

  private Table table(List<Row> rows) {
    Table table =
        timeMicros == null
            ? new Table("PARTITION", "START", "DURABLE", "END")
            : new Table("PARTITION", "START", "DURABLE", "END", "AT TIME");
    for (Row row : rows) {
      PartitionDescription p = row.partition();
      List<Object> cells = new ArrayList<>(List.of(p.partition(), p.start(), p.durable(), p.end()));
      row.atTime().ifPresent(cells::add);
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
      if (row.atTime().isPresent()) {
        json.writeNumberField("atTime", row.atTime().getAsLong());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
