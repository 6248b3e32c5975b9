package io.millrace.cli.log;

import io.millrace.cli.command.CommandFailure;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.NearestName;
import io.millrace.protocol.Quoted;
import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.LogInspector;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

  /**
   * The logs in a directory that the option chooses.
   *
   * @throws CommandFailure if the option names a topic that has no log there
   */
  List<LogInspector> choose(Path directory, LogTopics topics) {
    List<LogInspector> all = LogInspector.of(directory);
    List<LogInspector> chosen = all.stream().filter(log -> chooses(log.id(), topics)).toList();
    if (isGiven() && chosen.isEmpty()) {
      List<String> known =
          all.stream()
              .flatMap(log -> log.id().stream())
              .flatMap(log -> topics.nameOf(log.topicId()).stream())
              .distinct()
              .toList();
      throw new CommandFailure(
          ErrorCode.UNKNOWN_TOPIC,
          "there is no log of a topic "
              + Quoted.text(topic)
              + " in "
              + directory
              + NearestName.of(topic, known)
                  .map(nearest -> "; did you mean '" + nearest + "'?")
                  .orElse("; without --topic, the command shows all logs"));
    }
    return chosen;
  }
}
