package io.millrace.core;

import static io.millrace.core.ExpectedRefusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ErrorCode;
import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.GapBatch;
import io.millrace.storage.ForwardingLog;
import io.millrace.storage.LogId;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.memory.MemoryStorage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Scans report batches that were damaged after they were stored. */
class StoredRecordsTest {

  private static final int MAX_RECORDS_BYTES = 1 << 20;

  private final MemoryStorage storage = new MemoryStorage(1 << 20);
  private final List<Long> reported = new ArrayList<>();
  private PartitionLog log;

  @BeforeEach
  void open() {
    PartitionLog stored =
        storage
            .open(
                new LogId(new UUID(1, 2), 3),
                TestBroker.SETTINGS.topicDefaults().logSettings(),
                new DerivedState(TestBroker.producers(10)),
                new BufferedLogEvents())
            .toCompletableFuture()
            .join();
    log =
        new ForwardingLog(stored) {
          @Override
          public void reportDamage(long offset) {
            reported.add(offset);
          }
        };
  }

  @AfterEach
  void close() {
    log.close();
    storage.close();
  }

  private void append(ByteBuffer batch, int damagedByte) {
    BatchHeader.stamp(batch, 0, log.offsets().end(), 100, log.offsets().durable(), log.epoch());
    if (damagedByte > 0) {
      batch.put(damagedByte, (byte) ~batch.get(damagedByte));
    }
    log.append(batch);
  }

  private void appendOneAndADamagedOne() {
    append(Batches.of("a"), 0);
    ByteBuffer damaged = Batches.of("b", 7, "value");
    append(damaged, damaged.limit() - 1);
  }

  @Test
  void aTimeThatLeadsIntoADamagedBatchIsRefusedAsDamageOfTheLog() {
    appendOneAndADamagedOne();
    assertThat(step(new TimeSeek(log, 0, 2, MAX_RECORDS_BYTES))).isZero();
    assertRefused(ErrorCode.CORRUPT_LOG, () -> step(new TimeSeek(log, 7, 2, MAX_RECORDS_BYTES)))
        .contains(log.id().toString(), "offset 1");
    assertThat(reported).as("the log can check the batch").containsExactly(1L);
  }

  @Test
  void sourcesInADamagedBatchAreLeftOut() {
    appendOneAndADamagedOne();
    SourceList sources = list();
    SourceScan scan = new SourceScan(log, 2, MAX_RECORDS_BYTES, sources);
    while (step(scan) == null) {
      // the next step
    }
    assertThat(sources.skipped())
        .containsExactly(new SourceList.Skipped(log.id().partition(), 1, 2));
    assertThat(sources.drain(SourceSummary::source)).containsExactly("s");
    assertThat(reported).as("the log can check the batch").containsExactly(1L);
  }

  @Test
  void aGapHasNoTimeAndNoSource() {
    append(Batches.of("a", 10, "value"), 0);
    append(GapBatch.of(100), 0);
    append(Batches.of("b", 20, "value"), 0);
    assertThat(step(new TimeSeek(log, 11, 102, MAX_RECORDS_BYTES))).isEqualTo(101);
    assertThat(step(new TimeSeek(log, 21, 102, MAX_RECORDS_BYTES))).isEqualTo(102);
    SourceScan scan = new SourceScan(log, 102, MAX_RECORDS_BYTES, list());
    SourceList sources = null;
    while (sources == null) {
      sources = step(scan);
    }
    assertThat(sources.drain(CountedSource::of))
        .containsExactly(new CountedSource("a", 1, 10, 10), new CountedSource("b", 1, 20, 20));
  }

  @Test
  void aBatchOverALimitThatWasLoweredIsNoDamage() {
    append(Batches.ofBytes(5000), 0);
    assertRefused(ErrorCode.BATCH_TOO_LARGE, () -> step(new TimeSeek(log, 0, 1, 1000)));
    assertThat(reported).isEmpty();
  }

  private static SourceList list() {
    return new SourceList(new MemoryShare(1 << 20), new TestClock());
  }

  private static <T> T step(Scan<T> scan) {
    try {
      return scan.step(Runnable::run).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }
}
