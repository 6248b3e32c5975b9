package io.millrace.core;

import io.millrace.group.Reply;
import java.util.List;
import java.util.Optional;

/**
 * A group for people.
 *
 * @param group the group; of a queue, without members
 * @param lags the partitions of topics that are served, also those without a position if the group
 *     has one in the same topic
 * @param queue what is known of a queue; empty: it is a group with members
 */
public record GroupDescription(
    Reply.Description group, List<GroupLag> lags, Optional<QueueDescription> queue) {

  public GroupDescription {
    lags = List.copyOf(lags);
  }
}
