package io.millrace.group;

import java.util.Objects;
import java.util.UUID;

/**
 * A topic as groups see it.
 *
 * @param partitions number of partitions, at least 1
 */
public record GroupTopic(UUID id, String name, int partitions) {

  public GroupTopic {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(name, "name");
    if (partitions < 1) {
      throw new IllegalArgumentException("topic " + name + " has " + partitions + " partitions");
    }
  }
}
