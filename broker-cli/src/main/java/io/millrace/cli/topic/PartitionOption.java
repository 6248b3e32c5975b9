package io.millrace.cli.topic;

import io.millrace.cli.command.OptionRange;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --partition} of the commands that are for one partition or for all. */
final class PartitionOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "P",
      description = "Only this partition, from 0. Default: all partitions.")
  private Integer partition;

  /** Whether the user names a partition. */
  boolean isGiven() {
    return partition != null;
  }

  /**
   * Checks the number before a connection is made.
   *
   * @throws ParameterException if it is below 0
   */
  void check() {
    if (isGiven()) {
      OptionRange.check(command, "--partition", partition, 0, Integer.MAX_VALUE);
    }
  }

  /**
   * The chosen partitions of a topic.
   *
   * @throws MillraceException {@code UNKNOWN_PARTITION}
   */
  List<PartitionDescription> choose(TopicDescription topic) {
    List<PartitionDescription> all = topic.partitions();
    if (!isGiven()) {
      return all;
    }
    if (partition >= all.size()) {
      throw new MillraceException(
          ErrorCode.UNKNOWN_PARTITION,
          "topic '"
              + topic.name()
              + "' has no partition "
              + partition
              + "; it has partitions 0 to "
              + (all.size() - 1));
    }
    return List.of(all.get(partition));
  }
}
