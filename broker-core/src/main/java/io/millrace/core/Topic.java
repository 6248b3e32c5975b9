package io.millrace.core;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A snapshot of a topic. Immutable; an alteration makes a new one.
 *
 * @param name 1 to 249 characters of {@code [a-zA-Z0-9._-]}, neither {@code .} nor {@code ..}
 * @param partitions by index
 */
public record Topic(
    UUID id, String name, Instant createdAt, TopicSettings settings, List<Partition> partitions) {

  public Topic {
    partitions = List.copyOf(partitions);
  }

  /**
   * Whether the broker keeps its own data in this topic; its name then begins with {@code __}.
   * Clients may read an internal topic. They cannot create, alter or delete it, nor produce to it.
   */
  public boolean internal() {
    return TopicName.isInternal(name);
  }

  /**
   * Whether the broker refuses a topic, because its state is damaged or lost. The name is then
   * {@code __refused-} and the id, and the topic counts as internal.
   */
  public boolean refused() {
    return TopicName.isRefused(name);
  }
}
