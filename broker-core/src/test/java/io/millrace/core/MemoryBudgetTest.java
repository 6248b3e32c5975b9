package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MemoryBudget.Use;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {

  private static final long HEAP = 1000 << 20;

  private static long limits(MemoryBudget budget, Use... uses) {
    return Stream.of(uses).mapToLong(use -> budget.share(use).limit()).sum();
  }

  @Test
  void whatIsInDirectMemoryFitsIntoIt() {
    long direct = HEAP / 10;
    MemoryBudget budget = new MemoryBudget(HEAP, direct);

    assertThat(limits(budget, Use.REQUESTS, Use.ANSWERS)).isBetween(direct / 4, direct * 35 / 100);
    assertThat(limits(budget, Use.TOPICS)).isEqualTo(HEAP / 4);
  }

  @Test
  void muchDirectMemoryMakesNoRoomInTheHeap() {
    MemoryBudget budget = new MemoryBudget(HEAP, 8 * HEAP);

    assertThat(limits(budget, Use.values())).isBetween(HEAP * 9 / 10, HEAP);
  }
}
