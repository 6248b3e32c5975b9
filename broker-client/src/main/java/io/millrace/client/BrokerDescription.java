package io.millrace.client;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The state of a broker at the time of the request.
 *
 * @param id the identity of the broker's data directory
 * @param version the version of the broker's software
 * @param startedAt the time of the broker's clock when its process started
 * @param dataDirectory the absolute path of the data directory, on the broker's machine
 * @param disk the space on the disk of the data directory
 * @param topics the number of topics; internal topics do not count
 * @param partitions the number of their partitions
 * @param events the number of events that they keep
 * @param connections the number of open connections of clients, including this one
 * @param damagedRanges the number of ranges of damaged offsets; all other events are served
 * @param refusingPartitions the number of partitions that refuse appends
 * @param refusals the first 100 of these partitions, by topic and partition
 */
public record BrokerDescription(
    UUID id,
    String version,
    Instant startedAt,
    String dataDirectory,
    Disk disk,
    int topics,
    int partitions,
    long events,
    int connections,
    int damagedRanges,
    int refusingPartitions,
    List<Refusal> refusals) {

  /** Copies the refusals. */
  public BrokerDescription {
    Objects.requireNonNull(disk, "disk");
    refusals = List.copyOf(refusals);
  }

  /** Whether the broker cannot store events as usual: its disk is full, or a partition refuses. */
  public boolean degraded() {
    return disk.full() || refusingPartitions > 0;
  }

  /**
   * The space on a disk.
   *
   * @param usableBytes the number of bytes that can still be stored; -1 if the broker does not know
   * @param full whether there is too little space for another segment
   */
  public record Disk(long usableBytes, boolean full) {}

  /**
   * A partition that refuses appends.
   *
   * @param topic the name of its topic
   * @param partition the number of the partition, from 0
   * @param failure the reason
   */
  public record Refusal(String topic, int partition, PartitionDescription.Failure failure) {}
}
