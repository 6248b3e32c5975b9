package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.IsolationLevel;
import io.millrace.protocol.ProducerSecret;
import io.millrace.storage.LogOffsets;
import java.util.List;
import java.util.Map;
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

  private static long end(Broker broker, Partition partition, IsolationLevel isolation) {
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
        Await.result(TestBroker.sources(broker, partition, isolation)).stream()
            .mapToLong(CountedSource::count)
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
      assertThat(end(test.broker, partition, isolation)).as(isolation.name()).isEqualTo(expected);
    }
    test.storage.letAllForces();
    test.appendSynced(partition, Batches.of("c"));
    for (IsolationLevel isolation : IsolationLevel.values()) {
      assertThat(end(test.broker, partition, isolation)).as(isolation.name()).isEqualTo(3);
    }
  }

  /** An engine that stores appends on other machines confirms them later. */
  @Test
  void whatIsNotStoredYetIsNotVisible() {
    ManualOwner owner = new ManualOwner(() -> {});
    DelayingStorage storage = DelayingStorage.create(() -> {});
    Broker broker = TestBroker.open(storage, owner);
    try {
      Partition delayed =
          Await.result(broker.createTopic("rides", 1, Map.of())).partitions().get(0);
      delayed.append(Batches.of("a"), ProducerSecret.NONE, AckLevel.NONE, new Answer());
      storage.makeAllDurable();
      owner.runAll();
      delayed.append(Batches.of("b"), ProducerSecret.NONE, AckLevel.NONE, new Answer());
      owner.runAll();
      assertThat(delayed.offsets()).isEqualTo(new LogOffsets(0, 1, 1, 2));
      for (IsolationLevel isolation : IsolationLevel.values()) {
        assertThat(end(broker, delayed, isolation)).as(isolation.name()).isEqualTo(1);
      }
      storage.makeAllDurable();
      owner.runAll();
      for (IsolationLevel isolation : IsolationLevel.values()) {
        assertThat(end(broker, delayed, isolation)).as(isolation.name()).isEqualTo(2);
      }
    } finally {
      storage.makeAllDurable();
      owner.runAside(broker::close);
    }
  }
}
