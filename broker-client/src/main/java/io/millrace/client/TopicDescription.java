package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The state of a topic at the time of the request.
 *
 * @param id the id of the topic; a topic that is deleted and created again has another id
 * @param name the name of the topic
 * @param createdAt the time of the broker's clock when the topic was created, in microseconds
 * @param settings the values of all settings, including defaults, by setting
 * @param partitions the partitions, by number from 0
 */
public record TopicDescription(
    UUID id,
    String name,
    Instant createdAt,
    Map<String, String> settings,
    List<PartitionDescription> partitions) {

  /** Copies the settings and the partitions. */
  public TopicDescription {
    settings = Map.copyOf(settings);
    partitions = List.copyOf(partitions);
  }
}
