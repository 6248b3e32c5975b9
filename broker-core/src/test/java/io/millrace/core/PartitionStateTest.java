package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PartitionState.Needs;
import io.millrace.protocol.ProducerSecret;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.ForcedLog;
import io.millrace.storage.LogId;
import io.millrace.storage.LogStorage;
import io.millrace.storage.PartitionLog;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opening a log gives every part of its state each batch once, whatever the checkpoint holds. */
@ParameterizedClass
@EnumSource(Engine.class)
class PartitionStateTest {

  private static final LogId ID = new LogId(new UUID(1, 2), 0);

  private final Engine.Disk disk;
  private LogStorage storage;
  private PartitionLog log;
  private DerivedState derived;

  PartitionStateTest(Engine engine) {
    disk = engine.disk();
    storage = disk.create();
    open();
  }

  @AfterEach
  void close() {
    log.close();
    storage.close();
    disk.close();
  }

  private void open(PartitionState... more) {
    derived = new DerivedState(TestBroker.producers(10), more);
    log =
        storage
            .open(
                ID,
                TestBroker.SETTINGS.topicDefaults().logSettings(),
                derived,
                new BufferedLogEvents())
            .toCompletableFuture()
            .join();
    derived.opened(log, Runnable::run).toCompletableFuture().join();
  }

  private void reopen(PartitionState... more) {
    log.close();
    storage.close();
    storage = disk.reopen(storage);
    open(more);
  }

  /** Appends a batch of one event. */
  private void append(String source) {
    append(Batches.of(source, 0, "v"));
  }

  private void append(ByteBuffer batch) {
    BatchHeader.stamp(batch, 0, log.offsets().end(), 7, log.offsets().durable(), log.epoch());
    log.append(batch);
    derived.add(batch, 0);
  }

  /** The end of the log, once everything below it is durable. */
  private long synced() {
    if (log instanceof ForcedLog forced) {
      return forced.force();
    }
    Await.until("durable", () -> log.offsets().durable() == log.offsets().end());
    return log.offsets().durable();
  }

  private void checkpoint() {
    log.checkpoint(synced(), derived.encode(log.offsets().end()));
  }

  @Test
  void withoutACheckpointEachPartSeesTheLogFromItsStart() {
    append("a");
    append("b");
    SeenBatches headers = new SeenBatches(Needs.HEADERS);
    reopen(headers);
    assertThat(headers.seen).containsExactly("0", "1");
    SeenBatches batches = new SeenBatches(Needs.BATCHES);
    reopen(batches);
    assertThat(batches.seen).containsExactly("0:a", "1:b");
    assertThat(batches.earlierGone).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Needs.class)
  void eachPartIsRestoredAndSeesTheBatchesAfterTheCheckpoint(Needs needs) {
    SeenBatches part = new SeenBatches(needs);
    reopen(part);
    append("a");
    append("b");
    checkpoint();
    append("c");
    SeenBatches after = new SeenBatches(needs);
    reopen(after);
    assertThat(after.restored).isEqualTo(2);
    assertThat(after.seen).isEqualTo(part.seen).hasSize(3);
  }

  @Test
  void aPartThatIsMissingInTheCheckpointIsBuiltFromTheStartOfTheLogAndTheOthersAreNot() {
    append(Batches.ofProducer(7, 0, 0, 2));
    append("b");
    checkpoint();
    append(Batches.ofProducer(7, 0, 2, 1));
    for (Needs needs : Needs.values()) {
      SeenBatches part = new SeenBatches(needs);
      reopen(part);
      assertThat(part.seen.stream().map(seen -> seen.charAt(0))).containsExactly('0', '2', '3');
      assertThat(part.earlierGone).isFalse();
      assertThat(
              derived
                  .producers()
                  .find(Batches.ofProducer(7, 0, 0, 2), 0, ProducerSecret.NONE)
                  .baseOffset())
          .isZero();
      assertThat(derived.producers().find(Batches.ofProducer(7, 0, 3, 1), 0, ProducerSecret.NONE))
          .isNull();
      assertThat(derived.replayedBytes()).as("a new checkpoint is due").isPositive();
    }
  }

  @Test
  void aPartLearnsThatTheLogBeganBeforeTheFirstBatchItSees() {
    for (int i = 0; i < 10; i++) {
      append(Batches.ofBytes(20_000));
    }
    checkpoint();
    long start = log.retain(Long.MIN_VALUE, 1);
    assertThat(start).isPositive();
    for (Needs needs : Needs.values()) {
      SeenBatches part = new SeenBatches(needs);
      reopen(part);
      assertThat(part.earlierGone).isTrue();
      assertThat(part.seen).hasSize((int) (10 - start));
    }
  }

  @Test
  void damagedOffsetsAreSkipped() {
    for (String source : List.of("a", "b", "c", "d")) {
      append(source);
    }
    SeenBatches part = new SeenBatches(Needs.BATCHES);
    new DerivedState(TestBroker.producers(10), part)
        .opened(damaged(log, 1, 3), Runnable::run)
        .toCompletableFuture()
        .join();
    assertThat(part.seen).containsExactly("0:a", "3:d");
  }

  /** The same log, of which a range is known to be damaged. */
  private static PartitionLog damaged(PartitionLog log, long first, long end) {
    return (PartitionLog)
        Proxy.newProxyInstance(
            PartitionStateTest.class.getClassLoader(),
            new Class<?>[] {PartitionLog.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("damage")) {
                return List.of(new DamagedOffsets(first, end, "damaged by the test"));
              }
              try {
                return method.invoke(log, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
