package io.millrace.storage.mapped.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Ranges of damage that continue each other are one. */
class DamagedRangesTest {

  private static final DamagedRange FIRST = new DamagedRange(10, 20, 0, 100, 50);
  private static final DamagedRange NEXT = new DamagedRange(20, 25, 0, 150, 30);

  @Test
  void adjacentRangesAreJoinedInAnyOrder() {
    DamagedRange joined = new DamagedRange(10, 25, 0, 100, 80);
    assertThat(DamagedRanges.EMPTY.with(FIRST).with(NEXT).all()).containsExactly(joined);
    assertThat(DamagedRanges.EMPTY.with(NEXT).with(FIRST).all()).containsExactly(joined);
  }

  @Test
  void rangesWithAGapOrInOtherSegmentsStayApart() {
    for (DamagedRange other :
        List.of(
            new DamagedRange(21, 25, 0, 150, 30),
            new DamagedRange(20, 25, 0, 151, 30),
            new DamagedRange(20, 25, 20, 150, 30),
            new DamagedRange(20, 25, 0, 150, 0))) {
      assertThat(DamagedRanges.EMPTY.with(FIRST).with(other).all()).containsExactly(FIRST, other);
    }
  }
}
