package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The search for the first batch of an event time. */
interface EventTimeContract extends LogContract {

  @Test
  default void theFirstBatchOfAnEventTimeIsFoundByOffsetOrder() {
    long[] times = {100, 300, 200, 400};
    for (long time : times) {
      append(2, 200, time, 1);
    }
    assertThat(log().firstBatchAtOrAfter(50, 0, 8)).isEqualTo(0);
    assertThat(log().firstBatchAtOrAfter(100, 0, 8)).isEqualTo(0);
    assertThat(log().firstBatchAtOrAfter(101, 0, 8)).isEqualTo(2);
    assertThat(log().firstBatchAtOrAfter(300, 0, 8)).isEqualTo(2);
    assertThat(log().firstBatchAtOrAfter(301, 0, 8)).isEqualTo(6);
    assertThat(log().firstBatchAtOrAfter(401, 0, 8)).isEqualTo(8);
    assertThat(log().firstBatchAtOrAfter(301, 0, 6)).isEqualTo(6);
    assertThat(log().firstBatchAtOrAfter(100, 0, 0)).isEqualTo(0);
  }

  @Test
  default void eventTimesAreFoundInALogOfManySegments() {
    for (int i = 0; i < 400; i++) {
      append(1, 3000, 1000 + i / 2 * 10 - i % 2 * 5, 1);
    }
    for (long time = 990; time < 3010; time += 3) {
      long expected = 400;
      for (int i = 399; i >= 0; i--) {
        if (1000 + i / 2 * 10 - i % 2 * 5 >= time) {
          expected = i;
        }
      }
      assertThat(log().firstBatchAtOrAfter(time, 0, 400)).as("time %d", time).isEqualTo(expected);
    }
  }

  @Test
  default void anEmptyLogHasNoBatchOfAnyEventTime() {
    assertThat(log().firstBatchAtOrAfter(1, 0, 0)).isEqualTo(0);
  }
}
