package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.AckLevel;
import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.IsolationLevel;
import io.millrace.storage.LogId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches by time find the record, and lists of sources count events. */
@ParameterizedClass
@EnumSource(Engine.class)
class BackgroundReadTest {

  private final TestBroker test;
  private final Partition partition;

  BackgroundReadTest(Engine engine) {
    test = new TestBroker(engine);
    partition = test.topic("rides");
  }

  @AfterEach
  void close() {
    test.close();
  }

  private void append(ByteBuffer batch) {
    test.append(partition, batch, AckLevel.STORED).offset();
  }

  private long offsetForTime(long micros) {
    return partition.offsetForTime(micros, IsolationLevel.LATEST).join();
  }

  private CompletableFuture<List<CountedSource>> listing(Partition of, IsolationLevel isolation) {
    return TestBroker.sources(test.broker, of, isolation);
  }

  @Test
  void aTimeLeadsToTheFirstEventInOffsetOrderThatReachesIt() {
    append(Batches.atTimes(100, 90, 300));
    append(Batches.atTimes(50, 60));
    append(Batches.atTimes(200, 400, 350));
    assertThat(offsetForTime(Long.MIN_VALUE)).isZero();
    assertThat(offsetForTime(100)).isZero();
    assertThat(offsetForTime(101)).isEqualTo(2);
    assertThat(offsetForTime(300)).isEqualTo(2);
    assertThat(offsetForTime(301)).isEqualTo(6);
    assertThat(offsetForTime(401)).isEqualTo(8);
  }

  @Test
  void anEmptyPartitionAnswersItsEnd() {
    assertThat(offsetForTime(0)).isZero();
    assertThat(listing(partition, IsolationLevel.LATEST).join()).isEmpty();
  }

  @Test
  void manyTimesAreFoundAsAPlainSearchFindsThem() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Long> times = new ArrayList<>();
    for (int batch = 0; batch < 300; batch++) {
      long[] some = random.longs(1 + random.nextInt(20), batch * 10, batch * 10 + 500).toArray();
      append(Batches.atTimes(some));
      for (long time : some) {
        times.add(time);
      }
    }
    for (int i = 0; i < 100; i++) {
      long wanted = random.nextLong(-10, 4000);
      assertThat(offsetForTime(wanted))
          .as("seed %d, time %d", seed, wanted)
          .isEqualTo(plainSearch(times, wanted));
    }
  }

  private static long plainSearch(List<Long> times, long wanted) {
    for (int offset = 0; offset < times.size(); offset++) {
      if (times.get(offset) >= wanted) {
        return offset;
      }
    }
    return times.size();
  }

  @Test
  void theIsolationBoundsWhatIsFound() {
    test.appendSynced(partition, Batches.of("one", 100, "a"));
    test.storage.holdForces();
    append(Batches.of("two", 200, "b"));
    assertThat(partition.offsetForTime(150, IsolationLevel.DURABLE).join()).isEqualTo(1);
    assertThat(partition.offsetForTime(250, IsolationLevel.DURABLE).join()).isEqualTo(1);
    assertThat(partition.offsetForTime(250, IsolationLevel.LATEST).join()).isEqualTo(2);
    assertThat(listing(partition, IsolationLevel.DURABLE).join())
        .containsExactly(new CountedSource("one", 1, 100, 100));
    assertThat(listing(partition, IsolationLevel.LATEST).join()).hasSize(2);
  }

  @Test
  void sourcesAreCountedWithTheirFirstAndLastTime() {
    append(Batches.of("b", 300, "x"));
    append(Batches.of("a", 200, "x"));
    append(Batches.of("b", 100, "x"));
    assertThat(listing(partition, IsolationLevel.LATEST).join())
        .containsExactly(new CountedSource("a", 1, 200, 200), new CountedSource("b", 2, 100, 300));
  }

  @Test
  void aScanOverManyStepsCountsEverything() {
    for (int i = 0; i < 30; i++) {
      append(Batches.ofBytes(500_000));
    }
    assertThat(listing(partition, IsolationLevel.LATEST).join())
        .containsExactly(new CountedSource("s", 30, 0, 0));
  }

  @Test
  void retentionMovesWhatIsFound() {
    test.alterTopic("rides", Map.of("retentionBytes", "100KiB"));
    for (int i = 0; i < 30; i++) {
      append(Batches.ofBytes(20_000));
    }
    test.appendSynced(partition, Batches.of("a"));
    test.retain(partition);
    long start = partition.offsets().start();
    assertThat(start).isPositive();
    assertThat(offsetForTime(Long.MIN_VALUE)).isEqualTo(start);
    assertThat(listing(partition, IsolationLevel.LATEST).join())
        .containsExactly(new CountedSource("s", 31 - start, 0, 0));
  }

  @Test
  void anUnavailablePartitionFailsWithItsReason() {
    LogId id = partition.id();
    test.restart(storage -> storage.unopenable.add(id));
    Partition broken = test.partition("rides");
    assertThat(broken.offsetForTime(0, IsolationLevel.LATEST).handle((offset, e) -> code(e)).join())
        .isEqualTo(ErrorCode.CORRUPT_LOG);
  }

  @Test
  void aListOfSourcesLeavesOutAnUnavailablePartition() {
    LogId id = partition.id();
    test.restart(storage -> storage.unopenable.add(id));
    try (SourceList found =
        test.broker.sources().list(id.topicId(), IsolationLevel.LATEST).join()) {
      assertThat(found.skipped())
          .containsExactly(new SourceList.Skipped(id.partition(), SourceList.ALL, SourceList.ALL));
      assertThat(found.drain(Function.identity())).isEmpty();
    }
  }

  @Test
  void aSeekThatTheDeletionOfItsTopicOvertakesSaysSo() {
    CompletableFuture<Void> deleted = new CompletableFuture<>();
    test.storage.beforeSeek = deleted::join;
    CompletableFuture<Long> seek = partition.offsetForTime(0, IsolationLevel.LATEST);
    test.deleteTopic("rides");
    deleted.complete(null);
    assertThat(seek.handle((offset, e) -> code(e)).join()).isEqualTo(ErrorCode.UNKNOWN_TOPIC);
  }

  private static ErrorCode code(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return ((BrokerException) cause).code();
  }
}
