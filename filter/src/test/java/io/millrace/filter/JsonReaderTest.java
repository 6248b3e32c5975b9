package io.millrace.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.filter.FieldValue.Type;
import io.millrace.filter.NaiveJson.Absent;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that are JSON, and texts that are not. */
class JsonReaderTest {

  private static final int ROUNDS = 10_000;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          duplicate, first counts    | json.a == 1                  | {"a":1,"a":2}                | true  | 0
          duplicate of an object     | json.a.b == 1                | {"a":{"b":1},"a":{"b":2}}    | true  | 0
          duplicate hides the second | exists(json.a.b)             | {"a":0,"a":{"b":2}}          | false | 0
          escaped name               | json.delta == 1              | {"d\\u0065lta":1}            | true  | 0
          escaped name is the same   | json.delta == 1              | {"d\\u0065lta":2,"delta":1}  | false | 0
          escaped text               | json.a == 'A/"\\\\\\b\\f\\n\\r\\t' | {"a":"\\u0041\\/\\"\\\\\\b\\f\\n\\r\\t"} | true | 0
          surrogate pair             | json.a == '\\uD83D\\uDE00'   | {"a":"\\uD83D\\ude00"}       | true  | 0
          half a pair equals nothing | json.a == '\\uFFFD'          | {"a":"\\uD83D"}              | false | 0
          half a pair is a character | json.a matches '^..$'        | {"a":"x\\uD83D"}             | true  | 0
          half pairs differ          | json.a == json.b             | {"a":"\\uD83D","b":"\\uD83E"} | false | 0
          same half pairs            | json.a == json.b             | {"a":"\\uDE00","b":"\\uDE00"} | true  | 0
          low half first             | json.a endsWith 'x'          | {"a":"\\uDE00\\uD83Dx"}      | true  | 0
          low half after a letter    | json.a startsWith 'A'        | {"a":"\\u0041\\uDE00"}       | true  | 0
          escape of zero             | json.a == '\\u0000'          | {"a":"\\u0000"}              | true  | 0
          NaN                        | exists(json.a)               | {"a":NaN}                    | false | 1
          Infinity                   | exists(json.a)               | {"a":-Infinity}              | false | 1
          plus                       | exists(json.a)               | {"a":+1}                     | false | 1
          leading zero               | exists(json.a)               | {"a":01}                     | false | 1
          hexadecimal                | exists(json.a)               | {"a":0x1}                    | false | 1
          no digit after the point   | exists(json.a)               | {"a":1.}                     | false | 1
          no digit before the point  | exists(json.a)               | {"a":.5}                     | false | 1
          no exponent                | exists(json.a)               | {"a":1e}                     | false | 1
          no digit                   | exists(json.a)               | {"a":-}                      | false | 1
          number and letter          | exists(json.a)               | {"a":12x}                    | false | 1
          literal and letter         | exists(json.a)               | {"a":truex}                  | false | 1
          literal in capitals        | exists(json.a)               | {"a":True}                   | false | 1
          cut in a number            | exists(json.a)               | {"a":12                      | false | 1
          cut in a literal           | exists(json.a)               | {"a":tru                     | false | 1
          cut in a text              | exists(json.a)               | {"a":"x                      | false | 1
          cut after a text           | json.a == 'x'                | {"a":"x"                     | true  | 0
          cut in an escape           | exists(json.a)               | {"a":"\\u00                  | false | 1
          cut at an escape           | exists(json.a)               | {"a":"\\                     | false | 1
          unknown escape             | exists(json.a)               | {"a":"\\x"}                  | false | 1
          escape without hex digits  | exists(json.a)               | {"a":"\\u00g0"}              | false | 1
          single quotes              | exists(json.a)               | {'a':1}                      | false | 1
          no quotes                  | exists(json.a)               | {a:1}                        | false | 1
          no colon                   | exists(json.a)               | {"a" 1}                      | false | 1
          no value                   | exists(json.a)               | {"a":}                       | false | 1
          comment                    | exists(json.a)               | {/**/"a":1}                  | false | 1
          comma at the end           | exists(json.b)               | {"a":1,}                     | false | 1
          comma at the end of a list | exists(json.b)               | {"a":[1,],"b":1}             | false | 1
          two commas                 | exists(json.b)               | {"a":1,,"b":1}               | false | 1
          no comma                   | exists(json.b)               | {"a":1 "b":1}                | false | 1
          wrong closing brace        | exists(json.b)               | {"a":[},"b":1}               | false | 1
          wrong closing bracket      | exists(json.b)               | {"a":{],"b":1}               | false | 1
          wrong closing at the top   | exists(json.b)               | {"a":1]                      | false | 1
          wrong closing in a list    | exists(json[2])              | [1,2}                        | false | 1
          before a violation         | json.a == 1                  | {"a":1,oops                  | true  | 0
          after a violation          | json.b == 1                  | {"a":oops,"b":1}             | false | 1
          another path, same answer  | json.a == 1 && json.b == null | {"a":1,oops                 | true  | 1
          begun object exists        | exists(json.a)               | {"a":{oops                   | true  | 0
          text after the value       | exists(json.b)               | {"a":1} oops                 | false | 0
          two values                 | json.a == 1                  | {"a":1}{"a":2}               | true  | 0
          number at the top          | json == 12                   | 12                           | true  | 0
          number and more at the top | json == 12                   | 12 13                        | true  | 0
          letters at the top         | exists(json)                 | 12x                          | false | 1
          text at the top            | json == 'x'                  | "x"                          | true  | 0
          elements                   | json.a[2] == 3 && json.a[0] == 1 | {"a":[1,[2,2],3]}        | true  | 0
          too few elements           | exists(json.a[2])            | {"a":[1,2]}                  | false | 0
          empty list                 | exists(json.a[0])            | {"a":[]}                     | false | 0
          empty object               | exists(json.a.b)             | {"a":{}}                     | false | 0
          empty name                 | json[''] == 1                | {"":1}                       | true  | 0
          """)
  void texts(String name, String filter, String text, boolean expected, long notJson) {
    FilterMatcher matcher = Filter.parse(filter).newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue(text))).isEqualTo(expected);
    assertThat(matcher.notJson()).isEqualTo(notJson);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\uFEFF", "hello", "\u0000", "{\u0000", "-", "[", "{", "\""})
  void textWithoutValueIsNotJson(String text) {
    FilterMatcher matcher = Filter.parse("json.a == null && json[0] == null").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue(text))).isTrue();
    assertThat(matcher.notJson()).isEqualTo(1);
  }

  @Test
  void controlCharacterInATextIsAViolation() {
    for (char c = 0; c < ' '; c++) {
      FilterMatcher matcher = Filter.parse("exists(json.a)").newMatcher();
      String text = "{\"x\":\"1234567" + c + "\",\"a\":1}";
      assertThat(matcher.matches(TestEvent.ofValue(text))).as("U+%04X", (int) c).isFalse();
      assertThat(matcher.notJson()).as("U+%04X", (int) c).isEqualTo(1);
    }
  }

  @Test
  void byteOrderMarkIsSkipped() {
    FilterMatcher matcher = Filter.parse("json.a == 1").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("\uFEFF {\"a\":1}"))).isTrue();
  }

  @Test
  void byteOrderMarkInsideIsAViolation() {
    FilterMatcher matcher = Filter.parse("json.a == 1").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("{\uFEFF\"a\":1}"))).isFalse();
    assertThat(matcher.notJson()).isEqualTo(1);
  }

  @Test
  void nestingHasALimitThatDoesNotDependOnThePath() {
    for (int depth : new int[] {1023, 1024, 100_000, 5_000_000}) {
      boolean fits = depth < 1024;
      String inner = "[".repeat(depth) + "]".repeat(depth);
      FilterMatcher matcher = Filter.parse("json.b == 1").newMatcher();
      assertThat(matcher.matches(TestEvent.ofValue("{\"a\":" + inner + ",\"b\":1}")))
          .as("depth %d", depth)
          .isEqualTo(fits);
      assertThat(matcher.notJson()).isEqualTo(fits ? 0 : 1);
      FilterMatcher deeper = Filter.parse("json.b == 1 && json.a[0][0][1] == null").newMatcher();
      assertThat(deeper.matches(TestEvent.ofValue("{\"a\":" + inner + ",\"b\":1}")))
          .as("depth %d, with a path into it", depth)
          .isEqualTo(fits);
    }
  }

  @Test
  void skippedObjectsAndArraysAreTracked() {
    String skipped = "{\"x\":[[],{},[{\"y\":[{}]}],\"]}\"],\"z\":{\"q\":[1,{\"a\":2}]}}";
    FilterMatcher matcher = Filter.parse("json.a == 1").newMatcher();
    assertThat(matcher.matches(TestEvent.ofValue("{\"s\":" + skipped + ",\"a\":1}"))).isTrue();
    assertThat(matcher.matches(TestEvent.ofValue("{\"s\":" + skipped + "}"))).isFalse();
    assertThat(matcher.notJson()).isZero();
  }

  /** Mutants that Jackson accepts have the values that Jackson finds. */
  @Test
  void mutantIsReadAsJacksonReadsIt() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomJson json = new RandomJson(random);
    Probe probe = new Probe();
    int accepted = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] text = TestEvent.utf8(json.text());
      if (i % 4 != 0) {
        text = mutant(text, random);
      }
      List<Object> actual = probe.read(text);
      String string = new String(text, StandardCharsets.UTF_8);
      Object tree;
      try {
        tree = NaiveJson.read(string);
      } catch (IOException e) {
        continue;
      }
      if (Arrays.equals(TestEvent.utf8(string), text)) {
        accepted++;
        assertThat(actual).as("seed %d, %s", seed, string).isEqualTo(probe.find(tree));
      }
    }
    assertThat(accepted).as("accepted, seed %d", seed).isGreaterThan(ROUNDS / 4);
  }

  /** What a text has before it is cut off does not change. */
  @Test
  void textThatIsCutOffHasTheSameValuesOrNone() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomJson json = new RandomJson(random);
    Probe probe = new Probe();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] text = TestEvent.utf8(json.text());
      List<Object> whole = probe.read(text);
      byte[] cut = Arrays.copyOf(text, random.nextInt(text.length + 1));
      List<Object> found = probe.read(cut);
      for (int j = 0; j < whole.size(); j++) {
        assertThat(found.get(j))
            .as("path %d, seed %d, %s", j, seed, new String(cut, StandardCharsets.UTF_8))
            .isIn(whole.get(j), Absent.MISSING);
      }
    }
  }

  /** A value is the same if it is the only one that is wanted. */
  @Test
  void valueDoesNotDependOnOtherPaths() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RandomJson json = new RandomJson(random);
    Probe together = new Probe();
    List<Probe> alone = together.paths.stream().map(p -> new Probe(List.of(p))).toList();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] text = mutant(TestEvent.utf8(json.text()), random);
      List<Object> expected = new ArrayList<>();
      alone.forEach(probe -> expected.addAll(probe.read(text)));
      assertThat(together.read(text))
          .as("seed %d, %s", seed, new String(text, StandardCharsets.UTF_8))
          .isEqualTo(expected);
    }
  }

  private static byte[] mutant(byte[] text, Random random) {
    byte[] mutant = text.clone();
    String marks = "\"\\{}[],:0-e.tn \u0000u";
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int at = random.nextInt(mutant.length);
      switch (random.nextInt(4)) {
        case 0 -> mutant[at] = (byte) random.nextInt(256);
        case 1 -> mutant[at] = (byte) marks.charAt(random.nextInt(marks.length()));
        case 2 -> mutant[at] = mutant[random.nextInt(mutant.length)];
        default -> {
          if (mutant.length > 1) {
            byte[] rest = Arrays.copyOfRange(mutant, at + 1, mutant.length);
            mutant = Arrays.copyOf(mutant, mutant.length - 1);
            System.arraycopy(rest, 0, mutant, at, rest.length);
          }
        }
      }
    }
    return mutant;
  }

  /** Reads the values at some paths of a text. */
  private static final class Probe {

    private final List<List<Field.Step>> paths;
    private final JsonReader reader;
    private final FieldValue[] values;

    Probe() {
      this(
          List.of(
              List.of(),
              path("a"),
              path("b"),
              path("a", "b"),
              path("a", 0),
              path("a", 1, "delta"),
              path("delta"),
              path("odd name"),
              path("é", "a"),
              path("", 2)));
    }

    Probe(List<List<Field.Step>> paths) {
      this.paths = paths;
      List<Field> fields = new ArrayList<>();
      paths.forEach(steps -> fields.add(new Field.Json(steps)));
      reader = new JsonReader(new JsonPaths(fields));
      values = new FieldValue[paths.size()];
      Arrays.setAll(values, i -> new FieldValue());
    }

    private static List<Field.Step> path(Object... steps) {
      List<Field.Step> path = new ArrayList<>();
      for (Object step : steps) {
        path.add(
            step instanceof String name
                ? new Field.Member(name)
                : new Field.Element((Integer) step));
      }
      return path;
    }

    List<Object> read(byte[] text) {
      for (FieldValue value : values) {
        value.type = Type.MISSING;
      }
      reader.read(Arrays.copyOf(text, text.length + JsonScanner.PADDING), text.length, values);
      return Arrays.stream(values).map(Probe::object).toList();
    }

    List<Object> find(Object tree) {
      return paths.stream().map(steps -> simple(NaiveJson.find(tree, steps))).toList();
    }

    private static Object object(FieldValue value) {
      return switch (value.type) {
        case MISSING -> Absent.MISSING;
        case NULL -> Absent.NULL;
        case TRUE -> true;
        case FALSE -> false;
        case LONG -> new BigDecimal(value.number).stripTrailingZeros();
        case DECIMAL -> number(text(value.bytes, value.from, value.to));
        case TEXT -> {
          value.decode();
          yield text(value.bytes, value.from, value.to);
        }
        case COMPOSITE -> List.of();
      };
    }

    /** The text itself, if BigDecimal has no such exponent. */
    private static Object number(String text) {
      try {
        return new BigDecimal(text).stripTrailingZeros();
      } catch (NumberFormatException | ArithmeticException e) {
        return text;
      }
    }

    private static Object simple(Object value) {
      if (value instanceof Map || value instanceof List) {
        return List.of();
      }
      if (value instanceof String string) {
        return new String(TestEvent.utf8(string), StandardCharsets.UTF_8).equals(string)
            ? string
            : replacedHalves(string);
      }
      return value instanceof BigDecimal number ? number.stripTrailingZeros() : value;
    }

    /** Each half of a surrogate pair as the replacement character. */
    private static String replacedHalves(String text) {
      StringBuilder replaced = new StringBuilder();
      text.codePoints()
          .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
          .forEach(replaced::appendCodePoint);
      return replaced.toString();
    }

    private static String text(byte[] bytes, int from, int to) {
      return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
  }
}
