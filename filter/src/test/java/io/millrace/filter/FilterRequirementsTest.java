package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from a filter; NaiveEvaluationTest checks that no matching event is outside. */
class FilterRequirementsTest {

  private static final FilterRequirements NONE = Filter.parse("json.a").requirements();

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '`',
      textBlock =
          """
          source == 'a'                                        ¦ a
          source == 'a' && json.x > 1                          ¦ a
          source == 'a' || source == 'b'                       ¦ a b
          source in ['a', 'b'] && source != 'b'                ¦ a b
          source in ['a', 'b'] && source == 'b'                ¦ b
          (source == 'a' && key == 'x') || source in ['b']     ¦ a b
          !(source != 'a' || json.x)                           ¦ any
          !(!(source == 'a'))                                  ¦ a
          source == 'a' || json.x                              ¦ any
          source == 'a' || false                               ¦ a
          source == 'a' || offset < 0 && offset > 0            ¦ a
          source startsWith 'a'                                ¦ any
          source in ['a', null]                                ¦ any
          !(source == 'a')                                     ¦ any
          source != 'a'                                        ¦ any
          """)
  void sources(String filter, String expected) {
    String sources =
        Filter.parse(filter)
            .requirements()
            .sources()
            .map(set -> String.join(" ", new TreeSet<>(set)))
            .orElse("any");
    assertThat(sources).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      textBlock =
          """
          offset == 5                         ¦ 5..5
          offset > 5 && offset <= 10          ¦ 6..10
          offset >= 5.5 && 10.5 > offset      ¦ 6..10
          offset < 5 || offset > 10           ¦ ..4 11..
          !(offset < 5 || offset > 10)        ¦ 5..10
          !(offset in [1, 2, 4]) && offset > 0¦ 3..3 5..
          offset != 5                         ¦ ..4 6..
          offset == 1.5                       ¦ none
          offset < -1e99                      ¦ none
          offset < 1e99                       ¦ ..
          offset > 9223372036854775807        ¦ none
          offset <= -9223372036854775808      ¦ -9223372036854775808..-9223372036854775808
          offset == null                      ¦ none
          offset != null                      ¦ ..
          offset in [1, 3, 2]                 ¦ 1..3
          offset > json.a                     ¦ ..
          offset == 5 || json.a               ¦ ..
          """)
  void numbers(String filter, String expected) {
    FilterRequirements requirements = Filter.parse(filter).requirements();
    assertThat(text(requirements.offsets())).isEqualTo(expected);
    assertThat(requirements.isImpossible()).isEqualTo(expected.equals("none"));
    String partition = filter.replace("offset", "partition");
    assertThat(text(Filter.parse(partition).requirements().partitions())).isEqualTo(expected);
    String timestamp = filter.replace("offset", "timestamp");
    assertThat(text(Filter.parse(timestamp).requirements().timestamps())).isEqualTo(expected);
    String appendTime = filter.replace("offset", "appendTime");
    assertThat(text(Filter.parse(appendTime).requirements().appendTimes())).isEqualTo(expected);
  }

  @Test
  void timesAreMicroseconds() {
    FilterRequirements requirements =
        Filter.parse("timestamp >= '1970-01-01T00:00:01Z' && timestamp < '1970-01-01T00:00:02Z'")
            .requirements();
    assertThat(text(requirements.timestamps())).isEqualTo("1000000..1999999");
    assertThat(requirements.timestamps().overlaps(0, 999_999)).isFalse();
    assertThat(requirements.timestamps().overlaps(0, 1_000_000)).isTrue();
  }

  @Test
  void filterOnOtherFieldsRequiresNothing() {
    assertThat(NONE.sources()).isEmpty();
    assertThat(NONE.offsets().isAll()).isTrue();
    assertThat(NONE.timestamps().isAll()).isTrue();
    assertThat(Filter.parse("key == 'a' && headers['b'] == 'c' && size > 5").requirements())
        .isEqualTo(NONE);
  }

  @Test
  void rangesAreSets() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 5000; i++) {
      LongRanges a = ranges(random);
      LongRanges b = ranges(random);
      for (long number = -2; number < 10; number++) {
        boolean inA = a.contains(number);
        boolean inB = b.contains(number);
        assertThat(a.or(b).contains(number)).as("seed %d", seed).isEqualTo(inA || inB);
        assertThat(a.and(b).contains(number)).as("seed %d", seed).isEqualTo(inA && inB);
        assertThat(a.complement().contains(number)).as("seed %d", seed).isEqualTo(!inA);
      }
      assertThat(a.complement().complement()).as("seed %d", seed).isEqualTo(a);
    }
  }

  private static LongRanges ranges(Random random) {
    LongRanges ranges = LongRanges.NONE;
    for (int i = random.nextInt(4); i > 0; i--) {
      long min = random.nextInt(8);
      LongRanges range =
          switch (random.nextInt(4)) {
            case 0 -> LongRanges.between(Long.MIN_VALUE, min);
            case 1 -> LongRanges.between(min, Long.MAX_VALUE);
            default -> LongRanges.between(min, min + random.nextInt(3));
          };
      ranges = ranges.or(range);
    }
    return ranges;
  }

  private static String text(LongRanges ranges) {
    StringBuilder text = new StringBuilder();
    for (LongRanges.Range range : ranges.ranges()) {
      boolean single = range.min() == range.max();
      text.append(text.isEmpty() ? "" : " ")
          .append(range.min() == Long.MIN_VALUE && !single ? "" : range.min())
          .append("..")
          .append(range.max() == Long.MAX_VALUE && !single ? "" : range.max());
    }
    return text.isEmpty() ? "none" : text.toString();
  }
}
