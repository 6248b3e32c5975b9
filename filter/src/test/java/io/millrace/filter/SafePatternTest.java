package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The estimated size of a regular expression bounds what re2j makes of it. */
class SafePatternTest {

  private static final int ROUNDS = 20_000;

  private static final String[] PARTS = {
    "a",
    ".",
    "(",
    ")",
    "(?:",
    "(?i)",
    "(?i:",
    "(?P<n>",
    "[a-z]",
    "[]a{9}]",
    "[^]{9}]",
    "[\\]{9}]",
    "[[:alpha:]]",
    "\\d",
    "\\pL",
    "\\p{Greek}",
    "\\x{10}",
    "\\Qa{9}(\\E",
    "\\Q",
    "\\E",
    "\\(",
    "\\\\",
    "|",
    "*",
    "+",
    "?",
    "{2}",
    "{3,}",
    "{2,5}",
    "{,5}",
    "{",
    "}",
    "{7}",
    "^",
    "$",
    "\\b",
    "{3}?"
  };

  @Test
  void estimateBoundsTheSize() throws SafePattern.RefusedException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int compiled = 0;
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        text.append(PARTS[random.nextInt(PARTS.length)]);
      }
      Pattern pattern;
      try {
        pattern = Pattern.compile(text.toString());
      } catch (PatternSyntaxException e) {
        continue;
      }
      compiled++;
      assertThat((long) pattern.programSize())
          .as("seed %d, %s", seed, text)
          .isLessThanOrEqualTo(4 * SafePattern.estimate(text.toString()) + 8);
    }
    assertThat(compiled).as("seed %d", seed).isGreaterThan(ROUNDS / 10);
  }

  /** Flags are no atom: the second count repeats what is before them. */
  @Test
  void countAfterFlagsRepeatsWhatIsBeforeThem() throws SafePattern.RefusedException {
    assertThat(Pattern.compile("a{30}(?i){30}").programSize()).isGreaterThan(900);
    assertThat(SafePattern.estimate("a{30}(?i){30}")).isEqualTo(900);
    assertThat(SafePattern.estimate("a{30}(?s-i){30}")).isEqualTo(900);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^user:\\d+$",
        "[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
        "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z",
        "(?i)error|warning|exception",
        "^(([0-9]{1,3}\\.){3}[0-9]{1,3}|[0-9a-fA-F:]{2,39})$",
        "^[a-zA-Z0-9._%+-]{1,64}@[a-zA-Z0-9.-]{1,255}\\.[a-zA-Z]{2,10}$"
      })
  void usualPatternsFit(String text) throws SafePattern.RefusedException {
    assertThat(SafePattern.compile(text).pattern()).isEqualTo(text);
  }
}
