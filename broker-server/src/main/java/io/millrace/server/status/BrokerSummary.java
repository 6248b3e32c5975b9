package io.millrace.server.status;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.storage.LogOffsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The state of the whole broker at one moment. Its work grows with the number of partitions.
 *
 * @param process the process that serves
 * @param space the space on the disk
 * @param contents the topics of clients, without internal ones
 * @param damagedRanges number of ranges of damaged offsets in all partitions
 * @param refusals the partitions that refuse appends, of all topics, by topic and partition
 */
public record BrokerSummary(
    Process process,
    DiskSpace space,
    Contents contents,
    int damagedRanges,
    List<Refusal> refusals) {

  /**
   * The process that serves.
   *
   * @param startedAt by the clock of the broker
   * @param dataDirectory an absolute path
   * @param connections open connections of clients; HTTP is not included
   */
  public record Process(Instant startedAt, Path dataDirectory, int connections) {}

  /** What the broker keeps. */
  public record Contents(int topics, int partitions, long events) {}

  /**
   * A partition that refuses appends: its log has failed, or it is short of a resource.
   *
   * @param topic the name of its topic
   */
  public record Refusal(String topic, int partition, BrokerException cause) {

    /**
     * The partitions that refuse something, by topic and partition.
     *
     * @param reason the reason of a partition; null if it does not refuse
     */
    static Stream<Refusal> all(Broker broker, Function<Partition, BrokerException> reason) {
      return broker.topics().stream()
          .flatMap(topic -> topic.partitions().stream().flatMap(each -> of(topic, each, reason)));
    }

    private static Stream<Refusal> of(
        Topic topic, Partition partition, Function<Partition, BrokerException> reason) {
      return Stream.ofNullable(reason.apply(partition))
          .map(cause -> new Refusal(topic.name(), partition.id().partition(), cause));
    }
  }

  /** Asks the broker. Does not block. */
  public static BrokerSummary of(Broker broker, Process process) {
    int topics = 0;
    int partitions = 0;
    long events = 0;
    int damagedRanges = 0;
    for (Topic topic : broker.topics()) {
      topics += topic.internal() ? 0 : 1;
      for (Partition partition : topic.partitions()) {
        LogOffsets offsets = partition.offsets();
        partitions += topic.internal() ? 0 : 1;
        events += topic.internal() ? 0 : offsets.stored() - offsets.start();
        damagedRanges += partition.damage().size();
      }
    }
    return new BrokerSummary(
        process,
        DiskSpace.of(broker),
        new Contents(topics, partitions, events),
        damagedRanges,
        Refusal.all(broker, BrokerSummary::refusal).toList());
  }

  private static BrokerException refusal(Partition partition) {
    BrokerException failure = partition.failure();
    return failure != null ? failure : partition.shortage();
  }
}
