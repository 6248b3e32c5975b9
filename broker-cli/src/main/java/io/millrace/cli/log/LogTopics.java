package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.StoredTopic;
import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.StateInspector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The names of the topics of logs, from the states beside the logs. One thread. */
final class LogTopics {

  private final Path directory;
  private final StateInspector states;
  private final Map<UUID, Optional<String>> names = new HashMap<>();

  /**
   * @param directory a data directory, or the directory of one log
   */
  LogTopics(Path directory) {
    this.directory = directory;
    this.states = StateInspector.of(directory);
  }

  /** The name of a topic; empty if its state is missing or damaged. */
  Optional<String> nameOf(UUID topicId) {
    return names.computeIfAbsent(topicId, id -> read(id).map(StoredTopic::name));
  }

  private Optional<StoredTopic> read(UUID topicId) {
    return states
        .read(StoredTopic.stateOf(topicId))
        .flatMap(state -> StoredTopic.in(topicId, state));
  }

  /**
   * The logs that the topics must have and that have no directory. Empty for the directory of one
   * log.
   */
  List<LogId> lost() {
    if (!Files.isDirectory(directory.resolve("logs"))) {
      return List.of();
    }
    return states.names().stream()
        .flatMap(name -> StoredTopic.idOf(name).stream())
        .flatMap(topic -> read(topic).stream())
        .flatMap(this::withoutDirectory)
        // Read again: a broker may have deleted the topic meanwhile.
        .filter(
            log ->
                read(log.topicId()).filter(now -> now.partitions() > log.partition()).isPresent())
        .toList();
  }

  private Stream<LogId> withoutDirectory(StoredTopic topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new LogId(topic.id(), partition))
        .filter(log -> !Files.isDirectory(directoryOf(log)));
  }

  /**
   * The logs whose topic the broker refuses, because its state is missing or damaged: those that
   * have a directory. Empty if there is no state of any topic: the directory is then that of one
   * log, or a broker refuses to start with it.
   */
  List<LogId> refused(Stream<LogId> logs) {
    if (states.names().stream().noneMatch(name -> StoredTopic.idOf(name).isPresent())) {
      return List.of();
    }
    return logs.filter(log -> nameOf(log.topicId()).isEmpty())
        .filter(log -> Files.isDirectory(directoryOf(log)))
        .toList();
  }

  /** The directory that a log has, or had, in the data directory. */
  Path directoryOf(LogId log) {
    return directory.resolve("logs").resolve(log.toString());
  }

  /** A log for people: its id, and the name of its topic if that is known. */
  String label(LogId log) {
    return log + nameOf(log.topicId()).map(name -> " (topic " + name + ")").orElse("");
  }

  /** Writes the field {@code topic}: the name, or null if it is not known or there is no log. */
  void write(JsonGenerator json, Optional<LogId> log) throws IOException {
    write(log.flatMap(id -> nameOf(id.topicId())), json);
  }

  /** Writes the field {@code topic}; null without a name. */
  static void write(Optional<String> name, JsonGenerator json) throws IOException {
    json.writeFieldName("topic");
    json.writeString(name.orElse(null));
  }
}
