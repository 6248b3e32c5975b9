package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.filter.NaiveFilter.Evaluation;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Random filters and events: a filter does what the naive evaluation of the same text does. */
class NaiveEvaluationTest {

  private static final int FILTERS = 4000;
  private static final int EVENTS = 12;

  @Test
  void filterAgreesWithNaiveEvaluation() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomFilter generator = new RandomFilter(random);
    int matches = 0;
    for (int i = 0; i < FILTERS; i++) {
      NaiveFilter naive = generator.filter(random.nextInt(4));
      Filter filter = parsed(naive.text(), seed);
      if (filter == null) {
        continue;
      }
      FilterMatcher matcher = filter.newMatcher();
      for (int j = 0; j < EVENTS; j++) {
        TestEvent event = generator.event();
        boolean matched = agrees(filter, matcher, naive, event, seed);
        matches += matched ? 1 : 0;
        if (matched) {
          assertThat(isWithin(filter.requirements(), event))
              .as("seed %d, %s requires %s, %s", seed, filter, filter.requirements(), event)
              .isTrue();
        }
      }
    }
    assertThat(matches).as("matches, seed %d", seed).isBetween(FILTERS, FILTERS * EVENTS / 4 * 3);
  }

  @Test
  void printedFilterIsTheSameFilter() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomFilter generator = new RandomFilter(random);
    for (int i = 0; i < FILTERS; i++) {
      Filter filter = parsed(generator.filter(random.nextInt(4)).text(), seed);
      if (filter != null) {
        Filter printed = parsed(filter.toString(), seed);
        assertThat(printed.expression())
            .as("seed %d, %s", seed, filter.text())
            .isEqualTo(filter.expression());
        assertThat(printed.toString()).isEqualTo(filter.toString());
      }
    }
  }

  private static boolean agrees(
      Filter filter, FilterMatcher matcher, NaiveFilter naive, TestEvent event, long seed) {
    Evaluation evaluation = new Evaluation(event);
    boolean expected = naive.test().apply(evaluation);
    long mismatches = matcher.typeMismatches();
    long notJson = matcher.notJson();
    boolean actual = matcher.matches(event);
    assertThat(actual).as("seed %d, %s, %s", seed, filter.text(), event).isEqualTo(expected);
    assertThat(matcher.typeMismatches() - mismatches)
        .as("mismatches, seed %d, %s, %s", seed, filter.text(), event)
        .isEqualTo(evaluation.mismatch ? 1 : 0);
    assertThat(matcher.notJson() - notJson)
        .as("not JSON, seed %d, %s, %s", seed, filter.text(), event)
        .isEqualTo(evaluation.notJson ? 1 : 0);
    return actual;
  }

  /** The filter, or null if it is larger than a limit. */
  private static Filter parsed(String text, long seed) {
    try {
      return Filter.parse(text);
    } catch (InvalidFilterException e) {
      assertThat(e.problem()).as("seed %d: %s", seed, e.getMessage()).contains("more than ");
      return null;
    }
  }

  private static boolean isWithin(FilterRequirements required, TestEvent event) {
    String source = new String(event.sourceBytes(), StandardCharsets.UTF_8);
    return !required.isImpossible()
        && required.sources().map(sources -> sources.contains(source)).orElse(true)
        && required.timestamps().contains(event.timestampMicros())
        && required.appendTimes().contains(event.appendTimeMicros())
        && required.offsets().contains(event.offset())
        && required.partitions().contains(event.partition());
  }
}
