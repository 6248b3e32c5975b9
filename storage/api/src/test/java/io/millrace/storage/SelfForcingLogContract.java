package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The contract of an engine whose logs become durable by themselves. */
public abstract class SelfForcingLogContract extends LogStorageContract {

  @Test
  void anAppendBecomesDurableAndIsReported() {
    append(5, 200);
    append(2, 300);
    makeDurable();
    assertThat(listener().lastDurable()).isEqualTo(7);
    assertThat(log().offsets()).isEqualTo(new LogOffsets(0, 7, 7));
    append(1, 200);
    makeDurable();
    assertThat(listener().lastDurable()).isEqualTo(8);
  }

  @Test
  void reportedOffsetsAscendAndEndBatches() {
    for (int i = 0; i < 500; i++) {
      append(3, 200);
    }
    makeDurable();
    assertThat(listener().lastDurable()).isEqualTo(1500);
    assertThat(listener().durable()).doesNotHaveDuplicates().isSorted();
    assertThat(listener().durable()).allMatch(offset -> offset % 3 == 0);
    assertThat(listener().failure()).isNull();
  }

  @Test
  void aReportedOffsetIsDurable() {
    for (int i = 0; i < 500; i++) {
      append(1, 200);
      long last = listener().lastDurable();
      assertThat(log().offsets().durable()).isGreaterThanOrEqualTo(last);
    }
  }

  @Test
  void nothingIsReportedAfterTheClose() {
    for (int i = 0; i < 100; i++) {
      append(1, 200);
    }
    log().close();
    int calls = listener().durable().size();
    restart(new Replayed());
    append(1, 200);
    RecordingListener before = listenerBefore();
    makeDurable();
    assertThat(before.durable()).hasSize(calls);
  }
}
