package io.millrace.server.nativeprotocol;

import io.millrace.core.BrokerException;
import io.millrace.core.Partition;
import io.millrace.core.Topic;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.wire.PartitionInfo;
import io.millrace.protocol.wire.TopicInfo;
import io.millrace.storage.LogOffsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Topics of the core as the wire says them. */
final class TopicInfos {

  private TopicInfos() {}

  static TopicInfo of(Topic topic) {
    return new TopicInfo(
        topic.id(),
        topic.name(),
        ChronoUnit.MICROS.between(Instant.EPOCH, topic.createdAt()),
        topic.settings().toMap(),
        topic.partitions().stream().map(TopicInfos::of).toList());
  }

  private static PartitionInfo of(Partition partition) {
    LogOffsets offsets = partition.offsets();
    BrokerException failure = partition.failure();
    return new PartitionInfo(
        partition.id().partition(),
        offsets.start(),
        offsets.durable(),
        offsets.stored(),
        partition.sizeBytes(),
        failure == null ? ErrorCode.NONE : failure.code(),
        failure == null ? "" : failure.getMessage());
  }
}
