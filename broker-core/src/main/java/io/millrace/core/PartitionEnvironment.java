package io.millrace.core;

import io.millrace.protocol.record.BatchCheck;
import java.time.InstantSource;
import java.util.concurrent.Executor;

/**
 * What all partitions of a broker share.
 *
 * @param background where retention works
 * @param check of every batch that comes in; one serves all partitions
 */
record PartitionEnvironment(
    BrokerSettings settings,
    InstantSource clock,
    PartitionOwners owners,
    Flusher flusher,
    ReaderPool readers,
    Executor background,
    BrokerObserver observer,
    BatchCheck check) {

  PartitionEnvironment(
      BrokerSettings settings,
      InstantSource clock,
      PartitionOwners owners,
      Flusher flusher,
      ReaderPool readers,
      Executor background,
      BrokerObserver observer) {
    this(
        settings,
        clock,
        owners,
        flusher,
        readers,
        background,
        observer,
        new BatchCheck(settings.limits()));
  }

  long nowMicros() {
    return Micros.of(clock.instant());
  }
}
