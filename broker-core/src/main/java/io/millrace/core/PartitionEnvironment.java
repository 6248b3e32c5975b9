package io.millrace.core;

import io.millrace.protocol.record.BatchCheck;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * What all partitions of a broker share.
 *
 * @param background where retention works
 * @param checks one check for each owner: a check is not thread-safe and holds buffers, and a
 *     partition needs it only while its owner is with it
 */
record PartitionEnvironment(
    BrokerSettings settings,
    InstantSource clock,
    Owners owners,
    Flusher flusher,
    ReaderPool readers,
    Executor background,
    BrokerObserver observer,
    Map<Owner, BatchCheck> checks) {

  PartitionEnvironment(
      BrokerSettings settings,
      InstantSource clock,
      Owners owners,
      Flusher flusher,
      ReaderPool readers,
      Executor background,
      BrokerObserver observer) {
    this(
        settings, clock, owners, flusher, readers, background, observer, new ConcurrentHashMap<>());
  }

  BatchCheck checkOf(Owner owner) {
    return checks.computeIfAbsent(owner, unknown -> new BatchCheck(settings.limits()));
  }

  long nowMicros() {
    return Micros.of(clock.instant());
  }
}
