package io.millrace.client.internal.consumer;

import io.millrace.client.Isolation;
import io.millrace.client.StartPosition;
import io.millrace.client.internal.connection.SettingChecks;
import io.millrace.client.internal.connection.SourceEncoder;
import io.millrace.client.internal.connection.TopicRef;
import io.millrace.protocol.IsolationLevel;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;

/** The settings that consumers with and without a group have in common. For one thread. */
final class ReadingOptions {

  /** The protocol's limit for one subscription. */
  private static final int MAX_SOURCES = 1024;

  private IsolationLevel isolation = IsolationLevel.DURABLE;
  private Set<String> sources = Set.of();
  private String filter = "";
  private long creditBytes = 16L << 20;
  private int maxPollEvents = 10_000;

  void isolation(Isolation chosen) {
    isolation =
        switch (Objects.requireNonNull(chosen, "isolation")) {
          case DURABLE -> IsolationLevel.DURABLE;
          case LATEST -> IsolationLevel.LATEST;
        };
  }

  void sources(String... wanted) {
    SettingChecks.requireBetween("number of sources", wanted.length, 0, MAX_SOURCES);
    sources = new LinkedHashSet<>(Arrays.asList(wanted));
  }

  void where(String condition) {
    filter = Objects.requireNonNull(condition, "filter");
  }

  /** The condition on events; empty: none. */
  String filter() {
    return filter;
  }

  void creditBytes(long bytes) {
    SettingChecks.requireAtLeast("creditBytes", bytes, ConsumerBuilder.MIN_PARTITION_CREDIT);
    creditBytes = bytes;
  }

  /** The credit of all partitions together. */
  long creditBytes() {
    return creditBytes;
  }

  void maxPollEvents(int events) {
    SettingChecks.requireAtLeast("maxPollEvents", events, 1);
    maxPollEvents = events;
  }

  /** Takes over all settings. */
  void copy(ReadingOptions other) {
    isolation = other.isolation;
    sources = other.sources;
    filter = other.filter;
    creditBytes = other.creditBytes;
    maxPollEvents = other.maxPollEvents;
  }

  /**
   * The settings of a consumer.
   *
   * @param topic null: not known yet
   * @param credit the credit of each partition, in bytes
   * @throws io.millrace.client.MillraceException {@code INVALID_SOURCE}
   */
  ConsumerSettings of(TopicRef topic, SortedMap<Integer, StartPosition> starts, long credit) {
    return new ConsumerSettings(
        topic,
        starts,
        isolation,
        Set.copyOf(sources),
        filter,
        new ConsumerSettings.Limits(credit, maxPollEvents));
  }

  /** Refuses a source that the protocol cannot represent. */
  void check() {
    sources.forEach(SourceEncoder::encode);
  }
}
