package io.millrace.core;

import io.millrace.storage.LogId;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The topics that have logs and no state: what a start says of them. Immutable.
 *
 * @param topics the topics that have a state, which may be damaged
 * @param logs all logs in the storage
 * @param namedOnly those of which the storage has the name only
 */
record LostTopics(Set<UUID> topics, Set<LogId> logs, Set<LogId> namedOnly) {

  private static final String TAKE_OFF =
      "stop the broker and run 'millrace log repair DIR --apply', which takes them off the register";

  /** Why the broker does not start: no topic has a state, but there are logs. Empty if it does. */
  Optional<String> noCatalogue() {
    return topics.isEmpty() && !logs.isEmpty() ? Optional.of(catalogueMissing()) : Optional.empty();
  }

  /** Why each of these topics is refused. */
  Map<UUID, String> reasons() {
    Map<UUID, LogId> lost = new TreeMap<>();
    logs.stream()
        .filter(log -> !topics.contains(log.topicId()))
        .sorted(Comparator.comparing(LogId::toString))
        .forEach(log -> lost.putIfAbsent(log.topicId(), log));
    Set<UUID> withFiles = withFiles();
    Map<UUID, String> reasons = new TreeMap<>();
    lost.forEach(
        (id, log) ->
            reasons.put(
                id, withFiles.contains(id) ? stateMissing(id, log) : topicDeleted(id, log)));
    return reasons;
  }

  private Set<UUID> withFiles() {
    return logs.stream()
        .filter(log -> !namedOnly.contains(log))
        .map(LogId::topicId)
        .collect(Collectors.toSet());
  }

  private String catalogueMissing() {
    return "the topic catalogue is missing: there is no state of any topic, but there are "
        + logs.size()
        + " logs, among them "
        + logs.stream().min(Comparator.comparing(LogId::toString)).orElseThrow()
        + "; "
        + (withFiles().isEmpty()
            ? "there is no file of any of these logs; if all topics were deleted, " + TAKE_OFF
            : "restore the states from a copy of the data directory");
  }

  private static String stateMissing(UUID topic, LogId log) {
    return "the state '"
        + TopicRecord.STATE.of(topic)
        + "' is missing, but there is log "
        + log
        + "; restore the state from a copy of the data directory, or give the topic up"
        + " ('Refused topics' in docs/operations.md), and restart the broker";
  }

  private static String topicDeleted(UUID topic, LogId log) {
    return "the state '"
        + TopicRecord.STATE.of(topic)
        + "' is missing, and of its logs the storage has the names only, such as "
        + log
        + "; if the topic was deleted, "
        + TAKE_OFF
        + "; if not, restore the data directory from a copy";
  }
}
