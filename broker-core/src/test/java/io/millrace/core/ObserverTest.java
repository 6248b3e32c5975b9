package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The calls that metrics get. */
class ObserverTest {

  private final List<String> seen = new CopyOnWriteArrayList<>();
  private final TestBroker test =
      new TestBroker(
          Engine.MEMORY,
          TestBroker.SETTINGS,
          new BrokerObserver() {
            @Override
            public void appended(int events, int bytes, long nanos) {
              seen.add("appended " + events + " events, " + bytes + " bytes, " + (nanos > 0));
            }

            @Override
            public void forced(long nanos) {
              seen.add("forced " + (nanos > 0));
            }

            @Override
            public void refused(BrokerException cause) {
              seen.add("refused " + cause.code());
            }

            @Override
            public void reopening() {
              seen.add("reopening");
            }
          });

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void appendsForcesAndRefusalsAreSeenAndCounted() {
    Partition partition = test.topic("t");
    ByteBuffer batch = Batches.ofProducer(1, 0, 0, 3);
    int bytes = batch.remaining();
    test.appendSynced(partition, batch);
    test.append(partition, Batches.ofProducer(1, 0, 9, 1), AckLevel.NONE);
    assertThat(seen)
        .containsExactly(
            "appended 3 events, " + bytes + " bytes, true",
            "forced true",
            "refused OUT_OF_ORDER_SEQUENCE");
    assertThat(partition.counters()).isEqualTo(new Partition.Counters(3, bytes, 0, 0));
  }

  @Test
  void aDuplicateIsNotCountedAgain() {
    Partition partition = test.topic("t");
    test.appendSynced(partition, Batches.ofProducer(1, 0, 0, 3));
    test.appendSynced(partition, Batches.ofProducer(1, 0, 0, 3));
    assertThat(partition.counters().eventsIn()).isEqualTo(3);
    assertThat(seen).hasSize(2);
  }
}
