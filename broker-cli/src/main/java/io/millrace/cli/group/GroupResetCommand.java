package io.millrace.cli.group;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.ServerOption;
import io.millrace.cli.command.Streams;
import io.millrace.cli.command.Table;
import io.millrace.client.Admin;
import io.millrace.client.GroupReset;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PositionChange;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace group reset}: sets the positions of a group, or shows what it would set. */
@Command(
    name = "reset",
    description = "Set the positions of a group in a topic. Without --apply, only print them.",
    footer = {
      "",
      "The group must have no members: stop its consumers first. All positions are set, or none.",
      "",
      "A time is compared with the event time: the position is the first event, by offset, at or "
          + "after the time. An offset applies to every partition; use --partition with it.",
      "",
      "Examples:",
      "  millrace group reset billing --topic orders --to earliest",
      "  millrace group reset billing --topic orders --to -10m --apply",
      "  millrace group reset billing --topic orders --partition 2 --to 1500 --apply"
    })
final class GroupResetCommand implements Callable<Integer> {

  private final Streams streams;

  @Spec private CommandSpec spec;

  @Mixin private ServerOption server;

  @Parameters(paramLabel = "NAME", description = "Name of the group.")
  private String name;

  @Option(
      names = {"-t", "--topic"},
      paramLabel = "T",
      required = true,
      description = "Name of the topic. Required.")
  private String topic;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "P",
      description = "Only this partition, from 0. Repeatable. Default: all partitions.")
  private int[] partitions = {};

  @Option(
      names = "--to",
      paramLabel = "POSITION",
      required = true,
      converter = ResetTarget.Converter.class,
      description = "New position: " + ResetTarget.HELP + " Required.")
  private ResetTarget to;

  @Option(
      names = "--apply",
      description = "Set the positions. Default: print what would be set, and set nothing.")
  private boolean apply;

  @Mixin private OutputOption output;

  GroupResetCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    for (int partition : partitions) {
      OptionRange.check(spec, "--partition", partition, 0, Integer.MAX_VALUE);
    }
    GroupReset reset = GroupReset.of(topic, to.position()).partitions(partitions);
    try (MillraceClient client = server.connect()) {
      List<PositionChange> changes = reset(client.admin(), reset);
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> write(json, changes));
      } else {
        streams.print(table(changes) + summary() + "\n");
      }
      return ExitCode.OK;
    }
  }

  private List<PositionChange> reset(Admin admin, GroupReset reset) {
    try {
      return apply ? admin.resetGroup(name, reset) : admin.previewReset(name, reset);
    } catch (MillraceException e) {
      throw GroupReport.withNextStep(e, name);
    }
  }

  private static String table(List<PositionChange> changes) {
    Table table = new Table("PARTITION", "POSITION", "NEW POSITION", "EVENTS");
    for (PositionChange each : changes) {
      table.add(each.partition(), GroupReport.text(each.before()), each.after(), moved(each));
    }
    return table.toString();
  }

  private static String moved(PositionChange change) {
    if (change.before().isEmpty()) {
      return "-";
    }
    long events = change.after() - change.before().getAsLong();
    return events == 0 ? "0" : events > 0 ? "skips " + events : "repeats " + -events;
  }

  private String summary() {
    return apply
        ? "set the positions of group " + name + " in topic " + topic
        : "would set these positions of group "
            + name
            + " in topic "
            + topic
            + "; with --apply, the command sets them";
  }

  private void write(JsonGenerator json, List<PositionChange> changes) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", name);
    json.writeStringField("topic", topic);
    json.writeBooleanField("applied", apply);
    json.writeArrayFieldStart("partitions");
    for (PositionChange each : changes) {
      json.writeStartObject();
      json.writeNumberField("partition", each.partition());
      JsonFields.writeNumber(json, "position", each.before());
      json.writeNumberField("newPosition", each.after());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
