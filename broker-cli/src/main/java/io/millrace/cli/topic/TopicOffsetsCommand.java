package io.millrace.cli.topic;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.AdjacentDamage;
import io.millrace.cli.command.ErrorPrinter;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.PartitionFailures;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.Admin;
import io.millrace.client.DamagedEvents;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.protocol.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
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
      "           offset; the first damaged offset if that is earlier and damaged",
      "           events can have such a time",
      "",
      "'-' is an offset that is unknown because the partition cannot be read or searched. The "
          + "reason is printed to stderr, and the exit code is 1.",
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

  /**
   * @param isReadable if not, the broker does not know the offsets
   * @param atTime empty without a time, and if the search failed
   * @param failure of the read or search; null without one
   */
  private record Row(
      PartitionDescription partition,
      boolean isReadable,
      OptionalLong atTime,
      MillraceException failure) {

    OptionalLong offset(ToLongFunction<PartitionDescription> field) {
      return isReadable ? OptionalLong.of(field.applyAsLong(partition)) : OptionalLong.empty();
    }
  }

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
      rows.forEach(
          row ->
              row.atTime()
                  .ifPresent(
                      found -> sayIfDamaged(client.admin(), row.partition().partition(), found)));
      return printFailures(rows);
    }
  }

  /** The events of the range can have the time, and so can the first event after it. */
  private void sayIfDamaged(Admin admin, int number, long found) {
    Optional<DamagedEvents> damage;
    try {
      damage = admin.nextDamage(name, number, found).filter(range -> range.contains(found));
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.UNSUPPORTED_VERSION) {
        throw e;
      }
      return; // Such a broker does not answer a search with a damaged offset.
    }
    damage.ifPresent(
        range ->
            Notices.of(streams, spec.commandLine())
                .say(
                    ("offset %d of partition %d is damaged, as all events up to offset %d; they can"
                            + " have the time")
                        .formatted(found, number, AdjacentDamage.end(admin, range) - 1)));
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
    List<PartitionDescription> described = partition.choose(admin.describeTopic(name));
    Map<Integer, MillraceException> unreadable = unreadable(admin, described);
    if (described.stream().anyMatch(each -> each.failure().isPresent())) {
      described = partition.choose(admin.describeTopic(name)); // a log may have been opened
    }
    List<Row> rows = new ArrayList<>();
    for (PartitionDescription each : described) {
      MillraceException failure = unreadable.get(each.partition());
      rows.add(
          failure == null ? row(admin, each) : new Row(each, false, OptionalLong.empty(), failure));
    }
    return rows;
  }

  /**
   * The partitions whose log is not open, and why. Of the partitions that refuse appends, those
   * that only do that answer a search for any time.
   */
  private Map<Integer, MillraceException> unreadable(
      Admin admin, List<PartitionDescription> described) {
    Map<Integer, MillraceException> unreadable = new HashMap<>();
    for (PartitionDescription each : described) {
      if (each.failure().isPresent()) {
        search(admin, each.partition(), 0, e -> unreadable.put(each.partition(), e));
      }
    }
    return unreadable;
  }

  private Row row(Admin admin, PartitionDescription of) {
    if (timeMicros == null) {
      return new Row(of, true, OptionalLong.empty(), null);
    }
    MillraceException[] failure = new MillraceException[1];
    OptionalLong found = search(admin, of.partition(), timeMicros, e -> failure[0] = e);
    return new Row(of, true, found, failure[0]);
  }

  /**
   * @param failed gets the failure of the partition, if the search fails
   */
  private OptionalLong search(
      Admin admin, int of, long micros, Consumer<MillraceException> failed) {
    try {
      return OptionalLong.of(admin.offsetForTime(name, of, EventTime.toInstant(micros)));
    } catch (MillraceException e) {
      if (!PartitionFailures.isOfOnePartition(e.code())) {
        throw e;
      }
      failed.accept(e);
      return OptionalLong.empty();
    }
  }

  private Table table(List<Row> rows) {
    Table table =
        timeMicros == null
            ? new Table("PARTITION", "START", "DURABLE", "END")
            : new Table("PARTITION", "START", "DURABLE", "END", "AT TIME");
    for (Row row : rows) {
      List<Object> cells = new ArrayList<>();
      cells.add(row.partition().partition());
      cells.add(cell(row.offset(PartitionDescription::start)));
      cells.add(cell(row.offset(PartitionDescription::durable)));
      cells.add(cell(row.offset(PartitionDescription::end)));
      if (timeMicros != null) {
        cells.add(cell(row.atTime()));
      }
      table.add(cells.toArray());
    }
    return table;
  }

  private static Object cell(OptionalLong offset) {
    return offset.isPresent() ? offset.getAsLong() : "-";
  }

  private static void write(JsonGenerator json, List<Row> rows) throws IOException {
    json.writeStartArray();
    for (Row row : rows) {
      json.writeStartObject();
      json.writeNumberField("partition", row.partition().partition());
      JsonFields.writeNumber(json, "start", row.offset(PartitionDescription::start));
      JsonFields.writeNumber(json, "durable", row.offset(PartitionDescription::durable));
      JsonFields.writeNumber(json, "end", row.offset(PartitionDescription::end));
      JsonFields.writeNumber(json, "offsetForTime", row.atTime());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
