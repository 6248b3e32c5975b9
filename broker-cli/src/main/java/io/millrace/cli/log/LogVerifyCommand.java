package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Streams;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.tool.LogVerification;
import io.millrace.storage.mapped.tool.LogVerification.Problem;
import io.millrace.storage.mapped.tool.StateInspector;
import io.millrace.storage.mapped.tool.TopicRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code millrace log verify}: checks the files of logs against their checksums. */
@Command(
    name = "verify",
    description = "Check every file, header and checksum of each log (the files of a partition).",
    footer = {
      "",
      "Changes nothing. Exits with 1 if anything is damaged. A partly written batch "
          + "at the end of a log is reported as a torn tail, but is not damage: a crash "
          + "leaves it, its events were not durable, and the next start of the broker "
          + "removes it. A topic that the next start of the broker refuses is damage too. "
          + "While a broker uses the directory, its newest batches may be reported as torn "
          + "tails. With --topic, the other topics and the states of the broker are not checked.",
      "",
      "Examples:",
      "  millrace log verify data",
      "  millrace log verify data --topic rides",
      "  millrace log verify data --output json"
    })
final class LogVerifyCommand implements Callable<Integer> {

  private final Streams streams;

  @Parameters(
      paramLabel = "DIR",
      description = "Data directory of a broker (setting dataDir), or one directory in its logs/.")
  private Path directory;

  @Mixin private TopicOption topic;

  @Mixin private OutputOption output;

  LogVerifyCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    LogTopics topics = new LogTopics(directory);
    LogVerification found;
    try {
      found = verify(topics);
    } catch (StorageException e) {
      throw new CommandFailure(e);
    }
    if (output.isJson()) {
      OutputOption.printJson(streams, json -> write(json, found, topics));
    } else {
      printText(found, topics);
    }
    return found.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private LogVerification verify(LogTopics topics) {
    TopicRecords records = new ChosenTopics(topic, topics);
    if (!topic.isGiven()) {
      return LogVerification.of(directory, records);
    }
    boolean isLost = !topic.lost(topics).isEmpty();
    return LogVerification.of(
        isLost ? topic.find(directory, topics) : topic.choose(directory, topics), records);
  }

  private void printText(LogVerification found, LogTopics topics) throws IOException {
    for (Problem problem : found.problems()) {
      streams.print("DAMAGE     " + line(problem, topics));
    }
    for (Problem tail : found.tornTails()) {
      streams.print("torn tail  " + line(tail, topics));
    }
    streams.print(
        String.join(
            ", ",
            Plural.of(found.logs(), "log"),
            Plural.of(found.batches(), "whole batch"),
            Plural.of(found.events(), "event") + " in them",
            Plural.of(found.bytes(), "byte"),
            found.problems().isEmpty()
                ? "no damage\n"
                : Plural.of(found.problems().size(), "problem")
                    + "; 'Damage and repair' in docs/operations.md says what to do\n"));
  }

  private static String line(Problem problem, LogTopics topics) {
    String topic =
        StateInspector.logOf(problem.file())
            .flatMap(log -> topics.nameOf(log.topicId()))
            .map(name -> " (topic " + name + ")")
            .orElse("");
    return problem.file() + topic + ": " + problem.what() + "\n";
  }

  private static void write(JsonGenerator json, LogVerification found, LogTopics topics)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("logs", found.logs());
    json.writeNumberField("batches", found.batches());
    json.writeNumberField("events", found.events());
    json.writeNumberField("sizeBytes", found.bytes());
    write(json, "problems", found.problems(), topics);
    write(json, "tornTails", found.tornTails(), topics);
    json.writeEndObject();
  }

  private static void write(
      JsonGenerator json, String name, List<Problem> problems, LogTopics topics)
      throws IOException {
    json.writeArrayFieldStart(name);
    for (Problem problem : problems) {
      json.writeStartObject();
      json.writeStringField("file", problem.file().toString());
      topics.write(json, StateInspector.logOf(problem.file()));
      json.writeStringField("message", problem.what());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
