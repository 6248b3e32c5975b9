package io.millrace.protocol.wire;

import java.util.List;
import java.util.UUID;

/**
 * The state of the broker at one moment. The topics are those of clients, without internal ones.
 *
 * @param brokerId identity of the data directory of the broker
 * @param brokerVersion version of the broker software
 * @param startedAtMicros start of the process, microseconds since the epoch, UTC
 * @param dataDirectory the absolute path of the data directory, on the machine of the broker
 * @param usableBytes bytes that can still be stored; -1: unknown
 * @param neededBytes with fewer usable bytes than this, the disk counts as full
 * @param topics number of topics
 * @param partitions number of their partitions
 * @param events number of events that the topics keep
 * @param connections open connections of clients, including the one that asks
 * @param damagedRanges number of ranges of damaged offsets in all partitions
 * @param refusingPartitions number of partitions that refuse appends, with those of internal topics
 * @param refusing the first of these partitions, by topic and partition
 */
public record DescribeBrokerResponse(
    UUID brokerId,
    String brokerVersion,
    long startedAtMicros,
    String dataDirectory,
    long usableBytes,
    long neededBytes,
    int topics,
    int partitions,
    long events,
    int connections,
    int damagedRanges,
    int refusingPartitions,
    List<RefusingPartition> refusing)
    implements Response {

  public DescribeBrokerResponse {
    refusing = List.copyOf(refusing);
  }

  static DescribeBrokerResponse decode(WireReader in) {
    return new DescribeBrokerResponse(
        in.uuid("brokerId"),
        in.string("brokerVersion"),
        in.i64("startedAtMicros"),
        in.string("dataDirectory"),
        in.i64("usableBytes"),
        in.i64("neededBytes"),
        in.i32("topics"),
        in.i32("partitions"),
        in.i64("events"),
        in.i32("connections"),
        in.i32("damagedRanges"),
        in.i32("refusingPartitions"),
        in.longList("refusing", RefusingPartition.MIN_BYTES, RefusingPartition::decode));
  }

  @Override
  public void encode(WireWriter out) {
    out.uuid(brokerId);
    out.string(brokerVersion);
    out.i64(startedAtMicros);
    out.string(dataDirectory);
    out.i64(usableBytes);
    out.i64(neededBytes);
    out.i32(topics);
    out.i32(partitions);
    out.i64(events);
    out.i32(connections);
    out.i32(damagedRanges);
    out.i32(refusingPartitions);
    out.longList(refusing, RefusingPartition::encode);
  }
}
