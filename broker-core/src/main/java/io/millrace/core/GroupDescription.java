package io.millrace.core;

import io.millrace.group.Reply;
import java.util.List;

/**
 * A group for people.
 *
 * @param lags the partitions of topics that are served, also those without a position if the group
 *     has one in the same topic
 */
public record GroupDescription(Reply.Description group, List<GroupLag> lags) {

  public GroupDescription {
    lags = List.copyOf(lags);
  }
}
