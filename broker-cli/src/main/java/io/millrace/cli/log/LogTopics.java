package io.millrace.cli.log;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.core.StoredTopicName;
import io.millrace.storage.LogId;
import io.millrace.storage.mapped.tool.StateInspector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The names of the topics of logs, from the states beside the logs. One thread. */
final class LogTopics {

  private final StateInspector states;
  private final Map<UUID, Optional<String>> names = new HashMap<>();

  /**
   * @param directory a data directory, or the directory of one log
   */
  LogTopics(Path directory) {
    this.states = StateInspector.of(directory);
  }

  /** The name of a topic; empty if its state is missing or damaged. */
  Optional<String> nameOf(UUID topicId) {
    return names.computeIfAbsent(
        topicId,
        id ->
            states
                .read(StoredTopicName.stateOf(id))
                .flatMap(state -> StoredTopicName.in(id, state)));
  }

  /** A log for people: its id, and the name of its topic if that is known. */
  String label(LogId log) {
    return log + nameOf(log.topicId()).map(name -> " (topic " + name + ")").orElse("");
  }

  /** Writes the field {@code topic}: the name, or null if it is not known or there is no log. */
  void write(JsonGenerator json, Optional<LogId> log) throws IOException {
    Optional<String> name = log.flatMap(id -> nameOf(id.topicId()));
    if (name.isPresent()) {
      json.writeStringField("topic", name.get());
    } else {
      json.writeNullField("topic");
    }
  }
}
