package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.CommandFailure;
import io.millrace.cli.ExitCode;
import io.millrace.cli.ResultOutput;
import io.millrace.cli.Streams;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.tool.LogVerification;
import io.millrace.storage.mapped.tool.LogVerification.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace log verify}: whether every byte of the files is as it was written. */
@Command(
    name = "verify",
    description = "Check every file, header and checksum of logs.",
    footer = {
      "",
      "Reads only. Ends with 1 if anything is damaged. What a crash has left at the end of",
      "a log is named, but is no damage: the next start cuts it off. While a broker has the",
      "directory open, the newest batches may look torn.",
      "",
      "Examples:",
      "  millrace log verify data",
      "  millrace log verify data --output json"
    })
final class LogVerifyCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(
      paramLabel = "DIR",
      description = "A broker's data directory, or one log's in its directory logs.")
  private Path directory;

  @Mixin private ResultOutput output;

  LogVerifyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    LogVerification found;
    try {
      found = LogVerification.of(directory);
    } catch (StorageException e) {
      throw new CommandFailure(e.getMessage() + " [" + e.code() + "]", e);
    }
    if (output.isJson()) {
      ResultOutput.printJson(streams, json -> write(json, found));
    } else {
      printText(found);
    }
    return found.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private void printText(LogVerification found) throws IOException {
    for (Problem problem : found.problems()) {
      streams.print("DAMAGE     " + problem.file() + ": " + problem.what() + "\n");
    }
    for (Problem tail : found.tornTails()) {
      streams.print("torn tail  " + tail.file() + ": " + tail.what() + "\n");
    }
    streams.print(
        found.logs()
            + " logs, "
            + found.batches()
            + " whole batches, "
            + found.events()
            + " events, "
            + found.bytes()
            + " bytes, "
            + (found.problems().isEmpty() ? "no damage" : found.problems().size() + " problems")
            + "\n");
  }

  private static void write(JsonGenerator json, LogVerification found) throws IOException {
    json.writeStartObject();
    json.writeNumberField("logs", found.logs());
    json.writeNumberField("batches", found.batches());
    json.writeNumberField("events", found.events());
    json.writeNumberField("bytes", found.bytes());
    write(json, "problems", found.problems());
    write(json, "tornTails", found.tornTails());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, List<Problem> problems)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Problem problem : problems) {
      json.writeStartObject();
      json.writeStringField("file", problem.file().toString());
      json.writeStringField("what", problem.what());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
