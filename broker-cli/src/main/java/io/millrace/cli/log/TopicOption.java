package io.millrace.cli.log;

import io.millrace.cli.command.CommandFailure;
import io.millrace.core.StoredStates.Refusal;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import io.millrace.protocol.Quoted;
import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.InspectedLogs;
import io.millrace.storage.mapped.tool.LogInspector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The option {@code --topic}, which chooses the logs of one topic. */
final class TopicOption {

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description =
          "Only the logs of this topic: its name, or its id if its state is damaged. Default: all"
              + " logs.")
  private String topic;

  boolean isGiven() {
    return topic != null;
  }

  /** Whether the command is about this log. */
  boolean chooses(Optional<LogId> log, LogTopics topics) {
    return topic == null || log.filter(id -> isNamed(id, topics)).isPresent();
  }

  private boolean isNamed(LogId log, LogTopics topics) {
    return topic.equals(log.topicId().toString())
        || topics.nameOf(log.topicId()).filter(topic::equals).isPresent();
  }

  /** The logs in a directory that the option chooses; may be empty. */
  List<LogInspector> find(Path directory, LogTopics topics) {
    return InspectedLogs.in(directory).stream().filter(log -> chooses(log.id(), topics)).toList();
  }

  /**
   * As {@link #find}.
   *
   * @throws CommandFailure if the option names a topic that has no log there
   */
  List<LogInspector> choose(Path directory, LogTopics topics) {
    List<LogInspector> chosen = find(directory, topics);
    if (isGiven() && chosen.isEmpty()) {
      throw new CommandFailure(
          ErrorCode.UNKNOWN_TOPIC,
          lost(topics).isEmpty() ? unknown(directory, topics) : allLost(directory));
    }
    return chosen;
  }

  /** The lost logs that the option chooses. */
  List<LogId> lost(LogTopics topics) {
    return topics.lost().stream().filter(log -> chooses(Optional.of(log), topics)).toList();
  }

  /** The refusals of the next start that the option chooses; without the option, all. */
  List<Refusal> refused(LogTopics topics) {
    return topics.refusals().stream()
        .filter(
            refusal ->
                refusal
                    .topic()
                    .map(id -> chooses(Optional.of(new LogId(id, 0)), topics))
                    .orElse(!isGiven()))
        .toList();
  }

  private String allLost(Path directory) {
    return "all logs of the topic "
        + Quoted.text(topic)
        + " are missing in "
        + directory
        + "; restore them from a backup, or delete the topic";
  }

  private String unknown(Path directory, LogTopics topics) {
    Stream<LogId> logs = InspectedLogs.in(directory).stream().flatMap(log -> log.id().stream());
    List<String> known =
        Stream.concat(logs, topics.lost().stream())
            .flatMap(log -> topics.nameOf(log.topicId()).stream())
            .distinct()
            .toList();
    return "there is no log of a topic "
        + Quoted.text(topic)
        + " in "
        + directory
        + NearestName.suggestion(topic, known, "; without --topic, the command shows all logs");
  }
}
