package io.millrace.storage.mapped;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.storage.DamagedOffsets;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.TestBatches;
import io.millrace.storage.mapped.file.LogDirectory;
import io.millrace.storage.mapped.recovery.RepairPlan;
import io.millrace.storage.mapped.tool.InspectedLogs;
import io.millrace.storage.mapped.tool.LogInspector;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Events whose values hold whole batches with valid checksums. If the header of the outer batch is
 * lost, no search takes an inner one for a batch of the log.
 */
class EmbeddedBatchTest extends DamageFixture {

  private static final int OUTER_BYTES = 9000;
  private static final long FAR = 1L << 61;

  /** What is inside of the outer batch. */
  enum Inner {
    /** A copy of a batch of this log, with its proof. */
    HONEST_COPY,
    /** A copy of the batch before the outer one, with the offset after the outer one. */
    NEXT_OFFSET,
    /** A batch of a great offset that says that everything before it was durable. */
    FORGED,
    /** The same with the greatest epoch. */
    FORGED_EPOCH,
    /** The same with a version of a newer build. */
    FORGED_VERSION
  }

  private byte[] inner(Inner kind) {
    return switch (kind) {
      case HONEST_COPY -> appended.get(0).array().clone();
      case NEXT_OFFSET ->
          TestBatches.batch(appended.size() + 1L, 1, 300, 1, 1, appended.size() + 1L, log.epoch())
              .putLong(40, BatchHeader.proof(appended.get(0), 0))
              .array();
      case FORGED -> forged(log.epoch()).array();
      case FORGED_EPOCH -> forged(Integer.MAX_VALUE).array();
      case FORGED_VERSION -> {
        ByteBuffer batch = forged(log.epoch()).put(6, (byte) 9);
        yield batch.putInt(8, BatchHeader.computeHeaderCrc(batch, 0)).array();
      }
    };
  }

  private static ByteBuffer forged(int epoch) {
    return TestBatches.batch(FAR, 1, 300, 1, 1, FAR, epoch);
  }

  /** Appends a batch that is full of inner batches, at any positions. */
  private void appendOuter(Inner kind) {
    ByteBuffer outer = TestBatches.next(log, 1, OUTER_BYTES, 1, 1);
    byte[] inner = inner(kind);
    Random random = new Random(kind.ordinal());
    for (int at = BatchHeader.BYTES + 1; at + inner.length < OUTER_BYTES; ) {
      outer.put(at, inner);
      at += inner.length + random.nextInt(200);
    }
    outer.putInt(12, BatchHeader.computePayloadCrc(outer, 0, OUTER_BYTES));
    long end = log.offsets().end();
    BatchHeader.stamp(outer, 0, end, end, log.offsets().durable(), log.epoch());
    log.append(outer);
    appended.add(outer);
  }

  /** The bytes that are lost, from the header of the outer batch on. */
  private void wipe(int position, int bytes) {
    kill();
    overwrite(foundSegment(0), position, new byte[bytes]);
  }

  @ParameterizedTest
  @EnumSource
  void aLostHeaderBeforeDurableBatchesLosesOneBatch(Inner kind) {
    appendSynced(200, 300);
    appendOuter(kind);
    appendSynced(200, 250);
    int outer = HEADER + 500;
    for (int bytes : new int[] {4, 8, 48, BatchHeader.BYTES, 4096 - outer, 8192 - outer}) {
      wipe(outer, bytes);
      List<DamagedOffsets> planned = RepairPlan.of(new LogDirectory(found), ID, null).damage();
      try (PartitionLog recovered = recover()) {
        assertThat(recovered.damage()).as("%d bytes lost", bytes).isEqualTo(planned);
        assertServedExcept(recovered, 2);
      }
      assertThat(inspected()).as("%d bytes lost", bytes).containsExactly(0L, 1L, 3L, 4L);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLostHeaderOfTheLastDurableBatchEndsTheLogThere(Inner kind) {
    appendSynced(200, 300);
    appendOuter(kind);
    log.force();
    log.checkpoint(3, new byte[0]);
    wipe(HEADER + 500, 4096 - HEADER - 500);
    delete(new LogDirectory(found).checkpoint());
    delete(new LogDirectory(found).checkpointCopy());
    log.close();
    Directories.copy(files.resolve("closed"), found.resolve("closed"));
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(3);
      assertServedExcept(recovered, 2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLostHeaderOfABatchThatWasNotDurableEndsTheLogBeforeIt(Inner kind) {
    appendSynced(200, 300);
    appendOuter(kind);
    wipe(HEADER + 500, 4096 - HEADER - 500);
    appended.remove(2);
    try (PartitionLog recovered = recover()) {
      assertThat(recovered.offsets().end()).isEqualTo(2);
      assertServedExcept(recovered);
      appended.add(append(recovered, 200));
      assertServedExcept(recovered);
    }
  }

  /** The header of the only segment is in the same page as the header of the batch. */
  @ParameterizedTest
  @EnumSource
  void aLostFirstPageLosesItsBatches(Inner kind) {
    appendSynced(200, 300);
    appendOuter(kind);
    appendSynced(200);
    wipe(0, 4096);
    try (PartitionLog recovered = recover()) {
      assertServedExcept(recovered, 0, 1, 2);
    }
  }

  /** The base offsets that the inspection reports. */
  private List<Long> inspected() {
    List<Long> offsets = new ArrayList<>();
    for (LogInspector log : InspectedLogs.in(found)) {
      for (LogInspector.SegmentView segment : log.segments()) {
        log.visit(
            segment,
            new LogInspector.SegmentVisitor() {
              @Override
              public void batch(LogInspector.BatchView batch) {
                offsets.add(batch.baseOffset());
              }

              @Override
              public void damage(int position, int bytes, String what) {
                assertThat(bytes).isPositive();
              }
            });
      }
    }
    return offsets;
  }
}
