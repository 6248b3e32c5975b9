package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.StorageException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A subscription that meets damage ends when the log has located it. */
class DamagedSubscriptionTest {

  private final TestBroker test = new TestBroker(Engine.MEMORY);
  private final Partition partition = test.topic("rides");
  private final Collector collector = new Collector();

  /** The loads of the batch at offset 1. */
  private final AtomicInteger loads = new AtomicInteger();

  @AfterEach
  void close() {
    test.close();
  }

  private void append(String... values) {
    for (String value : values) {
      test.appendSynced(partition, Batches.of(value));
    }
  }

  private void failLoads(int count, ErrorCode code) {
    test.storage.coldFrom = 1;
    test.storage.beforeLoad =
        () -> {
          if (loads.incrementAndGet() <= count) {
            throw new StorageException(code, "says the test");
          }
        };
  }

  @ParameterizedTest
  @EnumSource(names = {"CORRUPT_LOG", "LOG_TOO_NEW", "LOG_TOO_OLD"})
  void itReadsAgainUntilTheDamageIsLocated(ErrorCode code) {
    append("a", "b", "c");
    failLoads(Integer.MAX_VALUE, code);
    test.storage.damage.add(new DamagedOffsets(2, 3, "another range"));
    test.subscribe(partition, collector, new SubscriptionStart.Offset(1));
    test.owner.runUntil(() -> loads.get() >= 3);
    assertThat(collector.end()).as("after %s reads", loads).isNull();

    test.storage.damage.add(0, new DamagedOffsets(1, 2, "the range"));
    test.owner.runUntil(() -> collector.end() != null);

    assertThat(collector.end().code()).isEqualTo(code);
    assertThat(collector.deliveries()).isEmpty();
  }

  /** The events of the range have times that nobody knows. */
  @Test
  void aSearchByTimeEndsAtDamage() {
    for (int time = 10; time <= 50; time += 10) {
      test.appendSynced(partition, Batches.atTimes(time, time + 1));
    }
    test.storage.damage.add(new DamagedOffsets(2, 6, "the range"));
    assertThat(offsetForTime(11)).as("before the range").isEqualTo(1);
    assertThat(offsetForTime(21)).as("a lost event").isEqualTo(2);
    assertThat(offsetForTime(50)).as("an event after the range").isEqualTo(2);
    assertThat(offsetForTime(99)).as("a time of nobody").isEqualTo(2);
    Await.result(partition.deleteBefore(3));
    assertThat(offsetForTime(50)).as("the start is in the range").isEqualTo(3);
    Await.result(partition.deleteBefore(6));
    assertThat(offsetForTime(50)).as("the range is deleted").isEqualTo(8);
  }

  private long offsetForTime(long micros) {
    return Await.result(partition.offsetForTime(micros, IsolationLevel.DURABLE));
  }

  @Test
  void itContinuesIfThereIsNoDamage() {
    append("a", "b", "c");
    failLoads(2, ErrorCode.CORRUPT_LOG);
    test.subscribe(partition, collector, new SubscriptionStart.Offset(1));
    test.owner.runUntil(() -> collector.values().size() == 2);
    assertThat(collector.values()).containsExactly("b", "c");
    assertThat(collector.end()).isNull();
    assertThat(loads).hasValue(3);
  }

  @Test
  void itEndsIfTheDamageIsNotLocated() {
    append("a", "b");
    failLoads(Integer.MAX_VALUE, ErrorCode.CORRUPT_LOG);
    test.subscribe(partition, collector, new SubscriptionStart.Offset(1));
    test.owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(loads).hasValue(ReadFailures.MAX_READS_OF_DAMAGE + 1);
  }

  /** The offset at which it stands is then in the damaged range, also after skipped batches. */
  @Test
  void aFilterReportsTheOffsetOfTheDamage() {
    test.appendSynced(partition, Batches.ofBytes(PushSubscription.SLICE_BYTES)); // one slice
    append("b");
    failLoads(Integer.MAX_VALUE, ErrorCode.CORRUPT_LOG);
    test.storage.damage.add(new DamagedOffsets(1, 2, "the range"));
    SubscriptionSpec spec =
        new SubscriptionSpec(
            new SubscriptionStart.Earliest(), IsolationLevel.DURABLE, 1 << 20, List.of("other"));
    partition.subscribe(spec, collector).subscription().resume();
    test.owner.runUntil(() -> collector.end() != null);
    assertThat(collector.end().code()).isEqualTo(ErrorCode.CORRUPT_LOG);
    assertThat(collector.values()).isEmpty();
    assertThat(collector.lastDelivery().nextOffset()).isEqualTo(1);
  }
}
