package io.millrace.cli.consume;

import io.millrace.client.Consumer;
import io.millrace.client.MillraceClient;
import io.millrace.client.PartitionDescription;
import io.millrace.client.PartitionReadException;
import io.millrace.client.StartPosition;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Separates the partitions that can be read from those that cannot. The description of a partition
 * whose log is not open has offsets that are not those of its log, usually 0. The description of a
 * partition that only refuses appends has the right ones. Its failure does not tell which it is; a
 * subscription does.
 */
final class ReadablePartitions {

  /** The least that a consumer takes. */
  private static final int CREDIT_BYTES = 1024;

  private ReadablePartitions() {}

  /**
   * The partitions that can be read, with the offsets of their logs. A partition that its broker
   * opens meanwhile is waited for, as long as a request may take.
   *
   * @param chosen the descriptions of the partitions to read
   * @param unread gets the partitions that cannot be read
   */
  static List<PartitionDescription> of(
      MillraceClient client,
      String topic,
      List<PartitionDescription> chosen,
      UnreadOffsets unread) {
    if (chosen.stream().allMatch(each -> each.failure().isEmpty())) {
      return chosen;
    }
    Set<Integer> unreadable = new HashSet<>();
    for (PartitionDescription each : chosen) {
      if (each.failure().isPresent() && !isReadable(client, topic, each.partition(), unread)) {
        unreadable.add(each.partition());
      }
    }
    if (unreadable.size() < chosen.size()) {
      unreadable.forEach(unread::sayThatOthersAreRead);
    }
    List<PartitionDescription> now = client.admin().describeTopic(topic).partitions();
    return chosen.stream()
        .map(PartitionDescription::partition)
        .filter(partition -> !unreadable.contains(partition))
        .map(now::get)
        .toList();
  }

  private static boolean isReadable(
      MillraceClient client, String topic, int partition, UnreadOffsets unread) {
    try (Consumer probe =
        client
            .consumer(topic)
            .from(Map.of(partition, StartPosition.earliest()))
            .creditBytes(CREDIT_BYTES)
            .build()) {
      return probe.partitions().contains(partition);
    } catch (PartitionReadException e) {
      unread.cannotRead(e);
      return false;
    }
  }
}
