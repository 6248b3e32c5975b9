package io.millrace.cli.log;

import io.millrace.cli.CommandFailure;
import io.millrace.cli.ExitCode;
import io.millrace.cli.ResultOutput;
import io.millrace.cli.Streams;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.tool.LogInspector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace log inspect}: what stands in the files of a log, or of all in a directory. */
@Command(
    name = "inspect",
    description = "Show what stands in the files of logs, and what of it is damaged.",
    footer = {
      "",
      "Reads only, and verifies every checksum. Ends with 0 whatever it finds. While a",
      "broker has the directory open, the newest batches may look torn.",
      "",
      "Examples:",
      "  millrace log inspect data",
      "  millrace log inspect data --batches --output json"
    })
final class LogInspectCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(
      paramLabel = "DIR",
      description = "A broker's data directory, or one log's in its directory logs.")
  private Path directory;

  @Option(names = "--batches", description = "Show each batch.")
  private boolean batches;

  @Mixin private ResultOutput output;

  LogInspectCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try {
      List<LogInspector> logs = LogInspector.of(directory);
      if (output.isJson()) {
        printJson(logs);
      } else {
        printText(logs);
      }
      return ExitCode.OK;
    } catch (StorageException e) {
      throw new CommandFailure(e.getMessage() + " [" + e.code() + "]", e);
    }
  }

  private void printJson(List<LogInspector> logs) throws IOException {
    ResultOutput.printJson(
        streams,
        json -> {
          json.writeStartArray();
          for (LogInspector log : logs) {
            LogJson.write(json, InspectedLog.of(log, batches));
          }
          json.writeEndArray();
        });
  }

  private void printText(List<LogInspector> logs) throws IOException {
    long events = 0;
    long problems = 0;
    for (LogInspector log : logs) {
      InspectedLog inspected = InspectedLog.of(log, batches);
      streams.print(LogText.of(inspected));
      events += inspected.eventCount();
      problems += inspected.problemCount();
    }
    String verdict = problems == 0 ? "no damage" : problems + " problems, see DAMAGE above";
    streams.print(logs.size() + " logs, " + events + " events, " + verdict + "\n");
  }
}
