package io.millrace.cli.topic;

import io.millrace.cli.command.OptionRange;
import io.millrace.cli.format.EventTime;
import io.millrace.cli.format.TimeArgument;
import io.millrace.client.Admin;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that say up to where a command deletes events. */
final class DeletionSelector {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--before-offset",
      paramLabel = "N",
      description =
          "Delete the events with a smaller offset. If the topic has more than one partition,"
              + " --partition is required. Default: no offset.")
  private Long offset;

  @Option(
      names = "--before-time",
      paramLabel = "TIME",
      converter = TimeArgument.Converter.class,
      description =
          "Delete the events before the first one, by offset, whose event time is at or after this"
              + " time (ISO-8601, or a duration before now: 10m, 2h, 7d). Default: no time.")
  private Long timeMicros;

  @Option(
      names = "--all",
      description =
          "Delete all events that are durable now. Default: those below an offset or a time.")
  private boolean all;

  /**
   * Checks the options before a connection is made.
   *
   * @throws ParameterException if not exactly one option is given, or its value is out of range
   */
  void check() {
    long given = Stream.of(offset != null, timeMicros != null, all).filter(each -> each).count();
    if (given != 1) {
      throw usage(
          "expected one of --before-offset, --before-time and --all; there "
              + (given == 0 ? "is none" : "are " + given));
    }
    if (offset != null) {
      OptionRange.check(command, "--before-offset", offset, 0, Long.MAX_VALUE);
    }
  }

  /** Whether the events before a time are deleted. */
  boolean isByTime() {
    return timeMicros != null;
  }

  /**
   * Finds the events to delete, and deletes none. A partition that takes no deletion has its
   * failure in the plan.
   *
   * @param partitions the chosen ones of the topic
   * @throws ParameterException if an offset is given for several partitions
   * @throws MillraceException {@code OFFSET_OUT_OF_RANGE}, or a failure of the search by time
   */
  List<EventDeletion> plan(
      Admin admin, TopicDescription topic, List<PartitionDescription> partitions) {
    if (offset != null && partitions.size() > 1) {
      throw usage(
          "--before-offset is for one partition, and topic '"
              + topic.name()
              + "' has "
              + partitions.size()
              + "; add --partition");
    }
    List<EventDeletion> plan = new ArrayList<>();
    for (PartitionDescription partition : partitions) {
      plan.add(planned(admin, topic.name(), partition));
    }
    return plan;
  }

  /** The broker deletes no events of a partition that has a failure. */
  private EventDeletion planned(Admin admin, String topic, PartitionDescription partition) {
    if (partition.failure().isPresent()) {
      return EventDeletion.refused(partition, partition.failure().get());
    }
    return timeMicros == null
        ? EventDeletion.planned(partition, bound(topic, partition))
        : before(timeMicros, admin, topic, partition);
  }

  /** Damaged events may have a later time, so they stay, and those after them. */
  private static EventDeletion before(
      long timeMicros, Admin admin, String topic, PartitionDescription partition) {
    int number = partition.partition();
    long found = admin.offsetForTime(topic, number, EventTime.toInstant(timeMicros));
    return EventDeletion.upToDamage(
        partition, found, admin.nextDamage(topic, number, partition.start()));
  }

  /** The offset of the first event of a partition that is kept. */
  private long bound(String topic, PartitionDescription partition) {
    if (all) {
      return partition.durable();
    }
    if (offset > partition.durable()) {
      throw new MillraceException(
          ErrorCode.OFFSET_OUT_OF_RANGE,
          "--before-offset is "
              + offset
              + ", and the durable events of partition "
              + partition.partition()
              + " of topic '"
              + topic
              + "' end before offset "
              + partition.durable()
              + "; to delete all of them, use --all");
    }
    return offset;
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
