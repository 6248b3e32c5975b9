package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract of an engine whose logs become durable by themselves. */
public abstract class SelfForcingLogContract extends LogStorageContract {

  @Override
  protected void makeDurable() {
    assertThat(log).isNotInstanceOf(ForcedLog.class);
    told.awaitDurable(log.offsets().end());
  }

  @Test
  void whatIsAppendedBecomesDurableAndIsTold() {
    append(5, 200);
    append(2, 300);
    told.awaitDurable(7);
    assertThat(log.offsets()).isEqualTo(new LogOffsets(0, 7, 7));
    append(1, 200);
    told.awaitDurable(8);
  }

  @Test
  void toldOffsetsAscendAndEndBatches() {
    for (int i = 0; i < 500; i++) {
      append(3, 200);
    }
    told.awaitDurable(1500);
    assertThat(told.durable()).doesNotHaveDuplicates().isSorted();
    assertThat(told.durable()).allMatch(offset -> offset % 3 == 0);
    assertThat(told.failure()).isNull();
  }

  @Test
  void aToldOffsetIsDurableAlready() {
    for (int i = 0; i < 500; i++) {
      append(1, 200);
      long last = told.lastDurable();
      assertThat(log.offsets().durable()).isGreaterThanOrEqualTo(last);
    }
  }

  @Test
  void nothingIsToldAfterTheClose() {
    for (int i = 0; i < 100; i++) {
      append(1, 200);
    }
    log.close();
    int calls = told.durable().size();
    restart(new Replayed());
    append(1, 200);
    Told before = toldBefore;
    makeDurable();
    assertThat(before.durable()).hasSize(calls);
  }
}
