package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every kind of read of a partition has the same visible end. */
class VisibleEndTest {

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final Partition partition = test.topic("rides");

  @AfterEach
  void close() {
    test.close();
  }

  private long end(IsolationLevel isolation) {
    Collector latest = new Collector();
    long subscribed =
        partition
            .subscribe(
                new SubscriptionSpec(new SubscriptionStart.Latest(), isolation, 1, List.of()),
                latest)
            .startOffset();
    assertThat(Await.result(partition.offsetForTime(Long.MAX_VALUE, isolation)))
        .isEqualTo(subscribed);
    long events =
        Await.result(partition.sources(isolation)).stream()
            .mapToLong(Partition.SourceSummary::count)
            .sum();
    assertThat(events).isEqualTo(subscribed);
    return subscribed;
  }

  @Test
  void everyIsolationHasItsEnd() {
    test.appendSynced(partition, Batches.of("a"));
    test.storage.holdForces();
    test.append(partition, Batches.of("b"), AckLevel.STORED);
    for (IsolationLevel isolation : IsolationLevel.values()) {
      long expected =
          switch (isolation) {
            case DURABLE -> 1;
            case LATEST -> 2;
          };
      assertThat(end(isolation)).as(isolation.name()).isEqualTo(expected);
    }
    test.storage.letAllForces();
    test.appendSynced(partition, Batches.of("c"));
    for (IsolationLevel isolation : IsolationLevel.values()) {
      assertThat(end(isolation)).as(isolation.name()).isEqualTo(3);
    }
  }
}
