package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.StoredStates;
import io.millrace.core.StoredStates.Refusal;
import io.millrace.core.StoredTopic;
import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.StateInspector;
import io.millrace.storage.mapped.tool.StoredLogs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /**
   * What the next start of the broker refuses for the states of the topics, or of all topics. Empty
   * for the directory of one log.
   */
  List<Refusal> refusals() {
    if (!Files.isDirectory(directory.resolve("logs"))) {
      return List.of();
    }
    StoredLogs logs = StoredLogs.in(directory);
    List<Refusal> refusals = refusals(logs.all(), logs);
    if (refusals.isEmpty()) {
      return refusals;
    }
    // A broker deletes the logs of a topic and then its state: what is gone now is not lost.
    StoredLogs now = StoredLogs.in(directory);
    Set<LogId> left = new HashSet<>(logs.all());
    left.retainAll(now.all());
    return refusals(left, now);
  }

  private List<Refusal> refusals(Set<LogId> logs, StoredLogs found) {
    return StoredStates.of(states.store(), logs, found.namedOnly()).refusals();
  }

  /** The file of the state that a refusal is about, or the directory of all states. */
  Path fileOf(Refusal refusal) {
    return refusal.state().isEmpty()
        ? directory.resolve("states")
        : directory.resolve("states").resolve(refusal.state() + ".state");
  }

  /** Whether the next start deletes a log: it is being created or deleted. Reads the state. */
  boolean deletes(LogId log) {
    return read(log.topicId()).filter(topic -> topic.partitions() <= log.partition()).isPresent();
  }

  /** Whether a topic has neither a state nor a copy of it. */
  boolean isWithoutState(UUID topicId) {
    return !states.names().contains(StoredTopic.stateOf(topicId));
  }

  private Stream<LogId> withoutDirectory(StoredTopic topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(partition -> new LogId(topic.id(), partition))
        .filter(log -> !Files.isDirectory(directoryOf(log)));
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
