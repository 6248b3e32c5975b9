package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SourceNumbersTest {

  private static SourceNumbers of(long first, long... others) {
    SourceNumbers numbers = new SourceNumbers(0, first);
    for (long number : others) {
      numbers.add(0, number);
    }
    return numbers;
  }

  private static void assertNumbers(SourceNumbers numbers, long largest, long gone, long again) {
    assertThat(numbers.largest()).as("largest").isEqualTo(largest);
    assertThat(numbers.missing()).as("missing").isEqualTo(gone);
    assertThat(numbers.repeated()).as("repeated").isEqualTo(again);
  }

  @Test
  void numbersInOrderAreWhole() {
    assertNumbers(of(5, 6, 7, 8), 8, 0, 0);
  }

  @Test
  void gapIsMissingAndSecondTimeIsRepeated() {
    assertNumbers(of(0, 1, 4, 4, 5, 1), 5, 2, 2);
  }

  @Test
  void lateNumberFillsItsGap() {
    assertNumbers(of(0, 3, 1, 2, 2), 3, 0, 1);
  }

  @Test
  void numberBelowTheFirstOneExtendsTheRange() {
    assertNumbers(of(100, 98, 99, 98, 10), 100, 87, 1);
  }

  @Test
  void numberThatIsTooLateCountsAsRepeated() {
    SourceNumbers numbers = of(0, 2, 1 + SourceNumbers.WINDOW);
    numbers.add(0, 1);
    assertNumbers(numbers, 1 + SourceNumbers.WINDOW, SourceNumbers.WINDOW - 1, 1);
  }

  @Test
  void largestDistanceDoesNotOverflow() {
    assertNumbers(of(0, Long.MAX_VALUE - 1), Long.MAX_VALUE - 1, Long.MAX_VALUE - 2, 0);
    assertNumbers(of(Long.MAX_VALUE - 1, 0), Long.MAX_VALUE - 1, Long.MAX_VALUE - 2, 0);
  }

  @Test
  void betweenPartitionsOnlyTheBalanceCounts() {
    SourceNumbers numbers = new SourceNumbers(0, 0);
    numbers.add(1, 1);
    numbers.add(0, 4);
    assertNumbers(numbers, 4, 2, 0);
    for (int i = 0; i < 5; i++) {
      numbers.add(1, 2);
    }
    assertNumbers(numbers, 4, 0, 3);
  }

  @Test
  void numbersThatAreAlmostInOrderAreCountedAsASetWouldCountThem() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<Long> order = new ArrayList<>();
      for (long number = 1_000; number < 1_000 + random.nextInt(1, 300); number++) {
        int times = random.nextInt(10) < 8 ? 1 : random.nextInt(3);
        order.addAll(Collections.nCopies(times, number));
      }
      if (order.isEmpty()) {
        continue;
      }
      for (int from = 0; from < order.size(); from += 20) {
        Collections.shuffle(order.subList(from, Math.min(order.size(), from + 20)), random);
      }
      SourceNumbers numbers = new SourceNumbers(0, order.get(0));
      order.subList(1, order.size()).forEach(number -> numbers.add(0, number));
      Set<Long> distinct = new HashSet<>(order);
      long largest = Collections.max(distinct);
      long range = largest - Collections.min(distinct) + 1;
      assertThat(List.of(numbers.largest(), numbers.missing(), numbers.repeated()))
          .as("seed %d, round %d", seed, round)
          .containsExactly(largest, range - distinct.size(), (long) order.size() - distinct.size());
    }
  }
}
