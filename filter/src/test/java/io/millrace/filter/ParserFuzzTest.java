package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever the text is, it is a filter or it is refused. */
class ParserFuzzTest {

  private static final int ROUNDS = 10_000;

  private static final String[] WORDS = {
    "source",
    "key",
    "value",
    "timestamp",
    "offset",
    "headers",
    "json",
    "exists",
    "true",
    "null",
    "in",
    "startsWith",
    "contains",
    "matches",
    "==",
    "!=",
    "<",
    ">=",
    "&&",
    "||",
    "!",
    "(",
    ")",
    "[",
    "]",
    ",",
    ".",
    "'a'",
    "\"b\"",
    "r'\\d'",
    "'(a{9}){9}'",
    "1",
    "-2.5e3",
    "1e999",
    "'2015-09-11'",
    " ",
    "\n",
    "'",
    "\\",
    "\uD83D\uDE00",
    "\uD83D",
    "é",
    "=",
    "&",
    "json.a",
    "json['b'][0]"
  };

  @Test
  void randomBytesAreRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      parseOrRefuse(new String(bytes, StandardCharsets.ISO_8859_1), seed);
      parseOrRefuse(new String(bytes, StandardCharsets.UTF_16BE), seed);
    }
  }

  @Test
  void randomWordsAreParsedOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int parsed = 0;
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = random.nextInt(9); j >= 0; j--) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? " " : "");
      }
      parsed += parseOrRefuse(text.toString(), seed) ? 1 : 0;
    }
    assertThat(parsed).as("seed %d", seed).isPositive();
  }

  @Test
  void mutantsAreParsedOrRefused() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomFilter generator = new RandomFilter(random);
    int parsed = 0;
    for (int i = 0; i < ROUNDS; i++) {
      StringBuilder text = new StringBuilder(generator.filter(random.nextInt(3)).text());
      for (int j = random.nextInt(3); j >= 0; j--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(4)) {
          case 0 -> text.setCharAt(at, (char) random.nextInt(0x250));
          case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(5)));
          case 2 -> text.insert(at, WORDS[random.nextInt(WORDS.length)]);
          default -> text.append(text, at, text.length());
        }
        text.append(text.isEmpty() ? " " : "");
      }
      parsed += parseOrRefuse(text.toString(), seed) ? 1 : 0;
    }
    assertThat(parsed).as("seed %d", seed).isGreaterThan(ROUNDS / 100);
  }

  /** Every other exception than that of a refusal is a finding. */
  private static boolean parseOrRefuse(String text, long seed) {
    Filter filter;
    try {
      filter = Filter.parse(text);
    } catch (InvalidFilterException e) {
      assertThat(e.position()).as("seed %d, %s", seed, text).isBetween(0, text.length());
      assertThat(e.getMessage().lines()).as("seed %d, %s", seed, text).hasSize(4);
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      throw new AssertionError("seed " + seed + ", " + text, e);
    }
    filter.newMatcher().matches(TestEvent.ofValue("{\"a\":1}"));
    return true;
  }
}
