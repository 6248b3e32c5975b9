package io.millrace.server.status;

import io.millrace.core.Broker;
import io.millrace.core.BrokerException;
import io.millrace.core.GroupCoordinator;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.storage.LogOffsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The state of the whole broker at one moment. Its work grows with the number of partitions.
 *
 * @param process the process that serves
 * @param space the space on the disk
 * @param contents the topics of clients, without internal ones
 * @param damagedRanges number of ranges of damaged offsets in all partitions
 * @param refusals the partitions that refuse appends, of all topics, and those of the log of groups
 *     whose groups are refused, by topic and partition
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
   * A partition that refuses appends: its log has failed, its groups are refused, or it is short of
   * a resource.
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
        refusals(broker));
  }

  private static List<Refusal> refusals(Broker broker) {
    Map<Partition, BrokerException> groups = refusedGroups(broker);
    return Refusal.all(broker, partition -> refusal(partition, groups.get(partition))).toList();
  }

  private static Map<Partition, BrokerException> refusedGroups(Broker broker) {
    Map<Partition, BrokerException> refused = new HashMap<>();
    broker
        .groupsInUse()
        .ifPresent(
            groups ->
                groups
                    .failures()
                    .forEach((number, cause) -> refused.put(logOfGroups(broker, number), cause)));
    return refused;
  }

  private static Partition logOfGroups(Broker broker, int number) {
    return broker.topic(GroupCoordinator.TOPIC).partitions().get(number);
  }

  private static BrokerException refusal(Partition partition, BrokerException groups) {
    BrokerException failure = partition.failure();
    if (failure != null) {
      return failure;
    }
    return groups != null ? groups : partition.shortage();
  }
}
