package io.millrace.core;

import io.millrace.group.PartitionId;
import io.millrace.group.Reply;
import java.util.Map;

/**
 * A queue for people.
 *
 * @param problems why the queue or its dead letters do not go on, by partition; a partition that
 *     goes on is not in the map
 */
public record QueueDescription(Reply.QueueDescription queue, Map<PartitionId, String> problems) {

  public QueueDescription {
    problems = Map.copyOf(problems);
  }
}
