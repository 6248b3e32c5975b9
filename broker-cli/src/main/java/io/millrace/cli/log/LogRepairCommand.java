package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.command.CommandFailure;
import io.millrace.cli.command.ExitCode;
import io.millrace.cli.command.JsonFields;
import io.millrace.cli.command.Notices;
import io.millrace.cli.command.OutputOption;
import io.millrace.cli.command.Plural;
import io.millrace.cli.command.Streams;
import io.millrace.core.StoredStates.Refusal;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.LogId;
import io.millrace.storage.StorageException;
import io.millrace.storage.mapped.tool.LogRepair;
import io.millrace.storage.mapped.tool.LogRepair.RepairedLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code millrace log repair}: plans the repair of a data directory, or makes it. */
@Command(
    name = "repair",
    description =
        "Repair the files: quarantine damaged batches, truncate torn tails, build indexes.",
    footer = {
      "",
      "Without --apply it prints the steps and changes nothing. With --apply:",
      "  - Damaged batches are copied to DIR/quarantine, where nothing deletes them.",
      "    Their offsets are taken out of service, so that all others can be read.",
      "  - A partly written batch at the end of a log is removed. A crash leaves such",
      "    a batch; its events were not durable.",
      "  - Missing indexes are built.",
      "Stop the broker first, also without --apply; 'log verify' can check the files "
          + "while it runs. Exits with 1 if a log cannot be repaired, or if "
          + "the broker refuses its topic.",
      "",
      "Examples:",
      "  millrace log repair data",
      "  millrace log repair data --topic rides",
      "  millrace log repair data --apply --output json"
    })
final class LogRepairCommand implements Callable<Integer> {

  private static final String REFUSED_TOPICS = "'Refused topics' in docs/operations.md";

  private final Streams streams;

  @Parameters(paramLabel = "DIR", description = "Data directory of a broker (setting dataDir).")
  private Path directory;

  @Option(
      names = "--apply",
      description = "Make the repair. Default: print its steps and change nothing.")
  private boolean apply;

  @Spec private CommandSpec spec;

  @Mixin private TopicOption topic;

  @Mixin private OutputOption output;

  LogRepairCommand(Streams streams) {
    this.streams = streams;
  }

  @Override
  public Integer call() throws IOException {
    try {
      LogTopics topics = new LogTopics(directory);
      List<RepairedLog> logs = repair(topics);
      if (output.isJson()) {
        OutputOption.printJson(streams, json -> write(json, logs, topics));
      } else {
        printText(logs, topics);
      }
      boolean refused = sayRefused(logs, topics);
      boolean failed = refused || logs.stream().anyMatch(log -> log.failure().isPresent());
      return failed ? ExitCode.FAILED : ExitCode.OK;
    } catch (StorageException e) {
      throw new CommandFailure(e);
    }
  }

  /**
   * Says what the next start refuses for its states, which this command cannot restore. A topic of
   * which the register has the names only is none: the plan takes them off.
   *
   * @return whether there is something
   */
  private boolean sayRefused(List<RepairedLog> logs, LogTopics topics) {
    boolean onlyNames =
        !logs.isEmpty()
            && logs.stream().noneMatch(log -> Files.isDirectory(topics.directoryOf(log.id())));
    List<Refusal> refused =
        topic.refused(topics).stream()
            .filter(refusal -> !isToBeTakenOff(refusal, logs, topics))
            .filter(refusal -> !(onlyNames && refusal.state().isEmpty()))
            .toList();
    Notices notices = Notices.of(streams, spec.commandLine());
    for (Refusal refusal : refused) {
      notices.error(
          "CORRUPT_LOG",
          "this command cannot repair "
              + topics.fileOf(refusal)
              + ": "
              + refusal.reason()
              + (refusal.topic().isPresent() && !refusal.reason().contains(REFUSED_TOPICS)
                  ? "; " + REFUSED_TOPICS + " says how to restore it or to give the topic up"
                  : ""),
          ExitCode.FAILED);
    }
    return !refused.isEmpty();
  }

  private static boolean isToBeTakenOff(Refusal refusal, List<RepairedLog> logs, LogTopics topics) {
    List<LogId> ofTopic =
        logs.stream()
            .map(RepairedLog::id)
            .filter(log -> refusal.topic().filter(log.topicId()::equals).isPresent())
            .toList();
    return !ofTopic.isEmpty()
        && topics.isWithoutState(ofTopic.get(0).topicId())
        && ofTopic.stream().noneMatch(log -> Files.isDirectory(topics.directoryOf(log)));
  }

  private List<RepairedLog> repair(LogTopics topics) {
    if (topic.isGiven()) {
      topic.choose(directory, topics);
    }
    Predicate<LogId> chosen = log -> topic.chooses(Optional.of(log), topics);
    return apply ? LogRepair.apply(directory, chosen) : LogRepair.plan(directory, chosen);
  }

  private void printText(List<RepairedLog> logs, LogTopics topics) throws IOException {
    for (RepairedLog log : logs) {
      for (String step : log.done()) {
        streams.print(
            (apply ? "done    " : "to do   ") + topics.label(log.id()) + ": " + step + "\n");
      }
      if (log.failure().isPresent()) {
        String why = log.failure().get().getMessage();
        streams.print("FAILED  " + topics.label(log.id()) + ": " + why + "\n");
      }
    }
    long ranges = logs.stream().mapToLong(log -> log.damage().size()).sum();
    streams.print(
        Plural.of(logs.size(), "log")
            + ", "
            + Plural.of(ranges, "damaged range")
            + summary(logs)
            + "\n");
  }

  private String summary(List<RepairedLog> logs) {
    if (apply) {
      return " in quarantine";
    }
    long steps = logs.stream().mapToLong(log -> log.done().size()).sum();
    return ", "
        + (steps == 0
            ? "nothing to do"
            : Plural.of(steps, "step") + " to do; add --apply to make the repair");
  }

  private void write(JsonGenerator json, List<RepairedLog> logs, LogTopics topics)
      throws IOException {
    json.writeStartArray();
    for (RepairedLog log : logs) {
      json.writeStartObject();
      json.writeStringField("log", log.id().toString());
      topics.write(json, Optional.of(log.id()));
      json.writeBooleanField("applied", apply);
      json.writeArrayFieldStart("steps");
      for (String step : log.done()) {
        json.writeString(step);
      }
      json.writeEndArray();
      json.writeArrayFieldStart("damage");
      for (DamagedOffsets range : log.damage()) {
        json.writeStartObject();
        json.writeNumberField("firstOffset", range.firstOffset());
        json.writeNumberField("endOffset", range.endOffset());
        json.writeStringField("reason", range.text());
        json.writeEndObject();
      }
      json.writeEndArray();
      if (log.failure().isPresent()) {
        StorageException failure = log.failure().get();
        JsonFields.writeFailure(json, failure.code(), failure.getMessage());
      } else {
        JsonFields.writeNoFailure(json);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
