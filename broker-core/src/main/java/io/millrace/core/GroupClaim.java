package io.millrace.core;

import io.millrace.group.PartitionId;
import java.util.Objects;

/**
 * What a member of a group says when it subscribes.
 *
 * @param epoch the epoch under which it owns the partition
 */
public record GroupClaim(String group, String member, long epoch, PartitionId partition) {

  public GroupClaim {
    Objects.requireNonNull(group, "group");
    Objects.requireNonNull(member, "member");
    Objects.requireNonNull(partition, "partition");
  }
}
