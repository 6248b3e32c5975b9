package io.millrace.client.internal.consumer;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/** The {@link FinishedPrefix} of each partition of a run. Guarded by the lock of the run. */
final class FinishedPrefixes {

  private final Map<OwnedPartition, FinishedPrefix> prefixes = new HashMap<>();

  /** That of a partition; an empty one if there is none. */
  FinishedPrefix of(OwnedPartition partition) {
    return prefixes.computeIfAbsent(partition, p -> new FinishedPrefix());
  }

  /** Changes those that some partitions have. */
  void change(Collection<OwnedPartition> partitions, Consumer<FinishedPrefix> change) {
    partitions.stream().map(prefixes::get).filter(Objects::nonNull).forEach(change);
  }

  void changeAll(Consumer<FinishedPrefix> change) {
    prefixes.values().forEach(change);
  }

  void forget(Collection<OwnedPartition> partitions) {
    prefixes.keySet().removeAll(partitions);
  }

  /** Whether no event is in progress in some partitions, or may begin; all are closed. */
  boolean areDrained(Collection<OwnedPartition> partitions) {
    return partitions.stream()
        .map(prefixes::get)
        .allMatch(prefix -> prefix == null || prefix.isDrained());
  }

  /** As {@link #areDrained(Collection)}, for all partitions. */
  boolean areDrained() {
    return prefixes.values().stream().allMatch(FinishedPrefix::isDrained);
  }

  /** The offset of the first event that is not finished, where one was taken. */
  Map<OwnedPartition, Long> unfinished() {
    Map<OwnedPartition, Long> positions = new HashMap<>();
    prefixes.forEach(
        (partition, prefix) -> {
          if (prefix.position() < partition.cursor().position()) {
            positions.put(partition, prefix.position());
          }
        });
    return positions;
  }
}
