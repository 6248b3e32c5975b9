package io.millrace.server;

import io.millrace.core.BrokerSettings;
import io.millrace.core.TopicSettings;
import io.millrace.protocol.record.BatchLimits;
import io.millrace.server.config.ServerConfig;
import io.millrace.server.settings.Limits;

/** The configuration in the words of core and storage. */
final class CoreSettings {

  private CoreSettings() {}

  static BrokerSettings of(ServerConfig config) {
    Limits limits = config.limits();
    ServerConfig.Storage storage = config.storage();
    return new BrokerSettings(
        new BatchLimits(
            Math.toIntExact(limits.maxEventBytes()),
            Math.toIntExact(limits.maxBatchBytes()),
            Math.toIntExact(limits.maxUncompressedBatchBytes())),
        limits.maxTopics(),
        limits.maxPartitions(),
        limits.maxPartitionsPerTopic(),
        limits.maxProducersPerPartition(),
        limits.maxNamedProducers(),
        // The listener bounds what one connection may have; together they bound this.
        Integer.MAX_VALUE,
        storage.flushInterval(),
        storage.flusherThreads(),
        storage.readerThreads(),
        storage.recoveryThreads(),
        config.retention().checkInterval(),
        storage.checkpointBytes(),
        new TopicSettings(
            config.topics().retentionTime(),
            config.topics().retentionBytes(),
            Math.toIntExact(storage.segmentBytes())));
  }
}
