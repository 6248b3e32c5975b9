package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {

  private static final BrokerSettings GOOD = TestBroker.SETTINGS;

  private static BrokerSettings with(int maxTopics, Duration flushInterval, int flusherThreads) {
    return new BrokerSettings(
        GOOD.limits(),
        maxTopics,
        GOOD.maxPartitions(),
        GOOD.maxPartitionsPerTopic(),
        GOOD.maxProducersPerPartition(),
        GOOD.producerExpiry(),
        GOOD.maxNamedProducers(),
        GOOD.maxSubscriptionsPerPartition(),
        flushInterval,
        flusherThreads,
        GOOD.readerThreads(),
        GOOD.recoveryThreads(),
        GOOD.retentionInterval(),
        GOOD.checkpointBytes(),
        GOOD.heapBytes(),
        GOOD.directBytes(),
        GOOD.topicDefaults());
  }

  @Test
  void aNumberOutOfRangeIsRefusedByItsName() {
    assertThatThrownBy(() -> with(0, GOOD.flushInterval(), 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxTopics is 0; expected 1 to 2147483647");
    assertThatThrownBy(() -> with(1, GOOD.flushInterval(), 65))
        .hasMessage("flusherThreads is 65; expected 1 to 64");
  }

  @Test
  void aDurationOutOfRangeIsRefusedByItsName() {
    assertThatThrownBy(() -> with(1, Duration.ZERO, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("flushInterval is PT0S; expected 1 ms to 3600000 ms");
    assertThatThrownBy(() -> with(1, Duration.ofHours(2), 4))
        .hasMessageContaining("flushInterval is PT2H");
  }
}
