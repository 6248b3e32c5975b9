package io.millrace.cli.log;

import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Streams;
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

/** {@code millrace log inspect}: prints the contents of the logs in a directory. */
@Command(
    name = "inspect",
    description = "Print the segments of each log (the files of a partition), and their damage.",
    footer = {
      "",
      "Changes nothing, and verifies every checksum. Exits with 0 also if it finds "
          + "damage; to get another exit code, use 'log verify'. While a broker uses the "
          + "directory, its newest batches may be shown as damaged, because they are only "
          + "partly written.",
      "",
      "Examples:",
      "  millrace log inspect data",
      "  millrace log inspect data --topic rides",
      "  millrace log inspect data --batches --output json"
    })
final class LogInspectCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(
      paramLabel = "DIR",
      description = "Data directory of a broker (setting dataDir), or one directory in its logs/.")
  private Path directory;

  @Option(
      names = "--batches",
      description = "Print every batch too. Default: only the totals of each segment.")
  private boolean batches;

  @Mixin private TopicOption topic;

  @Mixin private OutputOption output;

  LogInspectCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try {
      LogTopics topics = new LogTopics(directory);
      List<LogInspector> logs = topic.choose(directory, topics);
      if (output.isJson()) {
        printJson(logs, topics);
      } else {
        printText(logs, topics);
      }
      return ExitCode.OK;
    } catch (StorageException e) {
      throw new CommandFailure(e);
    }
  }

  private void printJson(List<LogInspector> logs, LogTopics topics) throws IOException {
    OutputOption.printJson(
        streams,
        json -> {
          json.writeStartArray();
          for (LogInspector log : logs) {
            LogJson.write(json, InspectedLog.of(log, topics, batches));
          }
          json.writeEndArray();
        });
  }

  private void printText(List<LogInspector> logs, LogTopics topics) throws IOException {
    long events = 0;
    long problems = 0;
    for (LogInspector log : logs) {
      InspectedLog inspected = InspectedLog.of(log, topics, batches);
      streams.print(LogText.of(inspected));
      events += inspected.eventCount();
      problems += inspected.problemCount();
    }
    String verdict =
        problems == 0
            ? "no damage"
            : Plural.of(problems, "problem") + ", see the lines with DAMAGE above";
    streams.print(
        Plural.of(logs.size(), "log") + ", " + Plural.of(events, "event") + ", " + verdict + "\n");
  }
}
