package io.millrace.cli.consume;

import io.millrace.cli.command.OptionRange;
import io.millrace.cli.command.Plural;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionDescription;
import io.millrace.client.TopicDescription;
import io.millrace.protocol.ErrorCode;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option {@code --partition} of the commands that print events. */
final class PartitionsOption {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"-p", "--partition"},
      paramLabel = "N",
      description = "Read only this partition, from 0. Repeatable. Default: all partitions.")
  private int[] partitions = {};

  /** Whether all partitions are read. */
  boolean isAll() {
    return partitions.length == 0;
  }

  /**
   * Checks the numbers before a connection is made.
   *
   * @throws ParameterException if one is below 0
   */
  void check() {
    for (int partition : partitions) {
      OptionRange.check(command, "--partition", partition, 0, Integer.MAX_VALUE);
    }
  }

  /**
   * The chosen partitions of a topic, each once.
   *
   * @throws MillraceException {@code UNKNOWN_PARTITION}
   */
  List<PartitionDescription> choose(TopicDescription topic) {
    List<PartitionDescription> all = topic.partitions();
    for (int partition : partitions) {
      if (partition >= all.size()) {
        throw new MillraceException(
            ErrorCode.UNKNOWN_PARTITION,
            "topic '"
                + topic.name()
                + "' has "
                + Plural.of(all.size(), "partition")
                + "; expected --partition 0 to "
                + (all.size() - 1)
                + ", not "
                + partition);
      }
    }
    return isAll() ? all : Arrays.stream(partitions).distinct().mapToObj(all::get).toList();
  }
}
