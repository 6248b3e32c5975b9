package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.CommandFailure;
import io.millrace.cli.ExitCode;
import io.millrace.cli.ResultOutput;
import io.millrace.cli.Streams;
import io.millrace.storage.DamagedRange;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.tool.LogRepair;
import io.millrace.storage.mapped.tool.LogRepair.RepairedLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace log repair}: puts the files of a data directory in order, when told to. */
@Command(
    name = "repair",
    description = "Set damaged batches aside, cut torn tails off, build missing indexes.",
    footer = {
      "",
      "Without --apply it reads only, and shows what would be done. The broker must be",
      "stopped. Damaged bytes are copied to DIR/quarantine, never deleted. Ends with 1 if a",
      "log cannot be repaired.",
      "",
      "Examples:",
      "  millrace log repair data",
      "  millrace log repair data --apply --output json"
    })
final class LogRepairCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(paramLabel = "DIR", description = "A broker's data directory.")
  private Path directory;

  @Option(names = "--apply", description = "Do it.")
  private boolean apply;

  @Mixin private ResultOutput output;

  LogRepairCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try {
      List<RepairedLog> logs = apply ? LogRepair.apply(directory) : LogRepair.plan(directory);
      if (output.isJson()) {
        ResultOutput.printJson(streams, json -> write(json, logs));
      } else {
        printText(logs);
      }
      boolean failed = logs.stream().anyMatch(log -> !log.failure().isEmpty());
      return failed ? ExitCode.FAILED : ExitCode.OK;
    } catch (StorageException e) {
      throw new CommandFailure(e.getMessage() + " [" + e.code() + "]", e);
    }
  }

  private void printText(List<RepairedLog> logs) throws IOException {
    for (RepairedLog log : logs) {
      for (String step : log.done()) {
        streams.print((apply ? "done    " : "to do   ") + log.id() + ": " + step + "\n");
      }
      if (!log.failure().isEmpty()) {
        streams.print("FAILED  " + log.id() + ": " + log.failure() + "\n");
      }
    }
    long ranges = logs.stream().mapToLong(log -> log.damage().size()).sum();
    streams.print(logs.size() + " logs, " + ranges + " damaged ranges" + summary(logs) + "\n");
  }

  private String summary(List<RepairedLog> logs) {
    if (apply) {
      return " set aside";
    }
    long steps = logs.stream().mapToLong(log -> log.done().size()).sum();
    return ", " + (steps == 0 ? "nothing to do" : steps + " steps to do; do them with --apply");
  }

  private void write(JsonGenerator json, List<RepairedLog> logs) throws IOException {
    json.writeStartArray();
    for (RepairedLog log : logs) {
      json.writeStartObject();
      json.writeStringField("log", log.id().toString());
      json.writeArrayFieldStart(apply ? "done" : "plan");
      for (String step : log.done()) {
        json.writeString(step);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("damagedRanges");
      for (DamagedRange range : log.damage()) {
        json.writeStartObject();
        json.writeNumberField("firstOffset", range.firstOffset());
        json.writeNumberField("endOffset", range.endOffset());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringField("failure", log.failure());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
