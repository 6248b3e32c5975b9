package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A topic as the broker saw it when it was asked.
 *
 * @param id made when the topic was created; a topic made anew under the same name has another
 * @param name the topic's name
 * @param createdAt the broker's clock when the topic was created
 * @param settings all settings, the defaults included, by name
 * @param partitions by number, from 0
 */
public record TopicDescription(
    UUID id,
    String name,
    Instant createdAt,
    Map<String, String> settings,
    List<PartitionDescription> partitions) {

  /** Copies the settings and the list. */
  public TopicDescription {
    settings = Map.copyOf(settings);
    partitions = List.copyOf(partitions);
  }
}
