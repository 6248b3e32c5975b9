package io.millrace.server.settings;

import static io.millrace.server.settings.Bounds.GIB;
import static io.millrace.server.settings.Bounds.KIB;
import static io.millrace.server.settings.Bounds.MIB;

import io.millrace.protocol.ByteSize;
import io.millrace.protocol.wire.NextFrame;
import java.time.Duration;

/**
 * The limits of the broker, section {@code limits}.
 *
 * @param maxEventBytes size of one encoded event
 * @param maxBatchBytes size of a batch on the wire; at least one event and its batch header
 * @param maxUncompressedBatchBytes size of the records of a batch before compression
 * @param maxPartitions number of partitions of all topics
 * @param maxConnectionsPerAddress number of connections of one IPv4 address or one IPv6 /64. A
 *     value above {@code maxConnections} has no effect
 * @param producerExpiry a producer without a name is forgotten when it has sent nothing for so long
 * @param maxInFlightBytesPerConnection bytes of the requests whose answers are not sent yet. A
 *     PRODUCE request counts its size plus 256 bytes. A request for a list counts its size plus a
 *     quarter of this limit. Any other request counts its size plus 1 MiB. At the limit, the broker
 *     stops reading from the connection
 */
public record Limits(
    long maxEventBytes,
    long maxBatchBytes,
    long maxUncompressedBatchBytes,
    int maxTopics,
    int maxPartitions,
    int maxPartitionsPerTopic,
    int maxConnections,
    int maxConnectionsPerAddress,
    long maxInFlightBytesPerConnection,
    int maxSubscriptionsPerConnection,
    int maxProducersPerPartition,
    Duration producerExpiry,
    int maxNamedProducers) {

  /**
   * The bytes that a batch needs in addition to its largest event. A frame needs as many in
   * addition to its batch.
   */
  static final long OVERHEAD_BYTES = 64 * KIB;

  /** The largest batch that fits into the longest frame that a client accepts. */
  static final long MAX_BATCH_BYTES = NextFrame.MAX_BYTES_TO_CLIENT - OVERHEAD_BYTES;

  public Limits {
    Bounds.size("limits.maxEventBytes", maxEventBytes, 1, MAX_BATCH_BYTES - OVERHEAD_BYTES);
    Bounds.size("limits.maxBatchBytes", maxBatchBytes, KIB, MAX_BATCH_BYTES);
    if (maxBatchBytes < maxEventBytes + OVERHEAD_BYTES) {
      throw new ConfigException(
          "limits.maxBatchBytes",
          "limits.maxBatchBytes is "
              + ByteSize.format(maxBatchBytes)
              + "; expected at least limits.maxEventBytes + "
              + ByteSize.format(OVERHEAD_BYTES)
              + ", which is "
              + ByteSize.format(maxEventBytes + OVERHEAD_BYTES));
    }
    Bounds.size("limits.maxUncompressedBatchBytes", maxUncompressedBatchBytes, maxEventBytes, GIB);
    Bounds.count("limits.maxTopics", maxTopics, 1, 1_000_000);
    Bounds.count("limits.maxPartitions", maxPartitions, 1, 1_000_000);
    Bounds.count("limits.maxPartitionsPerTopic", maxPartitionsPerTopic, 1, 100_000);
    Bounds.count("limits.maxConnections", maxConnections, 1, 1_000_000);
    Bounds.count("limits.maxConnectionsPerAddress", maxConnectionsPerAddress, 1, 1_000_000);
    Bounds.size(
        "limits.maxInFlightBytesPerConnection",
        maxInFlightBytesPerConnection,
        maxBatchBytes,
        1024 * GIB);
    Bounds.count(
        "limits.maxSubscriptionsPerConnection", maxSubscriptionsPerConnection, 1, 1_000_000);
    Bounds.count("limits.maxProducersPerPartition", maxProducersPerPartition, 1, 1_000_000);
    Bounds.duration(
        "limits.producerExpiry", producerExpiry, Duration.ofMinutes(1), Duration.ofDays(36_500));
    Bounds.count("limits.maxNamedProducers", maxNamedProducers, 1, 1_000_000);
  }

  /** The largest frame that a client may send: the bytes after its length field. */
  public int maxFrameBytes() {
    return Math.toIntExact(maxBatchBytes + OVERHEAD_BYTES);
  }

  private static int maxConnections(SettingValues settings) {
    return settings.count("limits.maxConnections", 1000);
  }

  /** Reads the section {@code limits}, in the order of {@code config/broker.yaml}. */
  public static Limits from(SettingValues settings) {
    return new Limits(
        settings.size("limits.maxEventBytes", MIB),
        settings.size("limits.maxBatchBytes", 4 * MIB),
        settings.size("limits.maxUncompressedBatchBytes", 16 * MIB),
        settings.count("limits.maxTopics", 10_000),
        settings.count("limits.maxPartitions", 100_000),
        settings.count("limits.maxPartitionsPerTopic", 1024),
        maxConnections(settings),
        settings.count(
            "limits.maxConnectionsPerAddress", Math.max(1, maxConnections(settings) / 2)),
        settings.size("limits.maxInFlightBytesPerConnection", 64 * MIB),
        settings.count("limits.maxSubscriptionsPerConnection", 10_000),
        settings.count("limits.maxProducersPerPartition", 10_000),
        settings.duration("limits.producerExpiry", Duration.ofDays(1)),
        settings.count("limits.maxNamedProducers", 10_000));
  }
}
