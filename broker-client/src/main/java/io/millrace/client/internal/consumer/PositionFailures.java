package io.millrace.client.internal.consumer;

import io.millrace.client.MillraceException;
import io.millrace.client.PartitionReadException;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.PartitionInfo;
import io.millrace.protocol.wire.Response;
import io.millrace.protocol.wire.TopicResponse;

/** The failures of a member that finds no event at the position of its group. Any thread. */
final class PositionFailures {

  private final String group;

  PositionFailures(String group) {
    this.group = group;
  }

  /** The group has no position, and the settings give no start. */
  MillraceException noPosition(OwnedPartition partition) {
    return failure(
        partition,
        "group '"
            + group
            + "' has no position in "
            + place(partition)
            + "; set one with "
            + resetCommand(partition)
            + ", or choose another start with whenNoPosition");
  }

  /**
   * The event at the position is not there.
   *
   * @param described the topic as it is now, if the broker has answered that
   */
  MillraceException positionLost(OwnedPartition partition, long position, Response described) {
    String what = "the event at the position " + position + " of the group is not there";
    if (described instanceof TopicResponse answer
        && answer.topic().id().equals(partition.id().topicId())
        && partition.id().partition() < answer.topic().partitions().size()) {
      what = what(position, answer.topic().partitions().get(partition.id().partition()));
    }
    return failure(
        partition,
        "group '"
            + group
            + "', "
            + place(partition)
            + ": "
            + what
            + "; to continue, set the position with "
            + resetCommand(partition)
            + ", or choose with whenPositionLost");
  }

  private static String what(long position, PartitionInfo info) {
    return position < info.start()
        ? "the events "
            + position
            + " to "
            + (info.start() - 1)
            + " ("
            + (info.start() - position)
            + " offsets) are deleted, and the group has not read them; the first event kept is "
            + info.start()
        : "the position of the group is "
            + position
            + ", and the partition has the offsets "
            + info.start()
            + " to "
            + info.end();
  }

  private static MillraceException failure(OwnedPartition partition, String message) {
    return new PartitionReadException(
        ErrorCode.OFFSET_OUT_OF_RANGE, message, partition.id().partition(), null);
  }

  private static String place(OwnedPartition partition) {
    return "partition "
        + partition.name().partition()
        + " of topic '"
        + partition.name().topic()
        + "'";
  }

  private String resetCommand(OwnedPartition partition) {
    return "'millrace group reset "
        + group
        + " --topic "
        + partition.name().topic()
        + " --partition "
        + partition.name().partition()
        + " --to earliest --apply'";
  }
}
