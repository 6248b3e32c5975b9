package io.millrace.filter;

import io.millrace.filter.NaiveFilter.Source;
import io.millrace.filter.NaiveJson.Absent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes random filters and events from the same few values, so that many of them match. */
final class RandomFilter {

  private static final String[] SOURCES = {"s", "de.wikipedia", "é", "user:1"};
  private static final String[] PATTERNS = {"^user:\\d+$", "x", "(?i)X.*y", "[^a-z]", "^$", "é|日"};
  private static final long EPOCH_SECOND = 1_441_932_418;
  private static final String[] NOT_JSON = {"", " ", "hello", "nul", "-", "01", "\u0000"};

  private final Random random;
  private final RandomJson json;

  RandomFilter(Random random) {
    this.random = random;
    this.json = new RandomJson(random);
  }

  TestEvent event() {
    List<TestEvent.TestHeader> headers = new ArrayList<>();
    while (random.nextInt(3) > 0) {
      byte[] value = TestEvent.utf8(random.nextInt(4) == 0 ? null : pick(RandomJson.TEXTS));
      headers.add(new TestEvent.TestHeader(random.nextBoolean() ? "h" : "trace id", value));
    }
    return new TestEvent(
        random.nextInt(4),
        random.nextInt(5),
        micros(),
        micros(),
        TestEvent.utf8(pick(SOURCES)),
        TestEvent.utf8(random.nextInt(4) == 0 ? null : pick(RandomJson.TEXTS)),
        TestEvent.utf8(value()),
        headers);
  }

  private String value() {
    return switch (random.nextInt(12)) {
      case 0 -> null;
      case 1 -> pick(NOT_JSON);
      case 2 -> "x y é user:1";
      default -> json.text();
    };
  }

  NaiveFilter filter(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0, 1 -> join(depth, "&&");
      case 2, 3 -> join(depth, "||");
      case 4 -> {
        NaiveFilter inner = filter(depth - 1);
        yield new NaiveFilter(
            "!(" + inner.text() + ")", inner.usesJson(), e -> !inner.test().apply(e));
      }
      default -> leaf();
    };
  }

  /** Operands with the same operator are operands of this one, also in parentheses. */
  private NaiveFilter join(int depth, String operator) {
    boolean all = operator.equals("&&");
    List<String> texts = new ArrayList<>();
    List<NaiveFilter> operands = new ArrayList<>();
    for (int i = 2 + random.nextInt(2); i > 0; i--) {
      NaiveFilter operand = filter(depth - 1);
      boolean needsParentheses = all && operand.operator().equals("||");
      texts.add(
          needsParentheses || random.nextBoolean() ? "(" + operand.text() + ")" : operand.text());
      if (operand.operator().equals(operator)) {
        operands.addAll(operand.operands());
      } else {
        operands.add(operand);
      }
    }
    List<NaiveFilter> ordered = new ArrayList<>(operands);
    ordered.sort((a, b) -> Boolean.compare(a.usesJson(), b.usesJson()));
    return new NaiveFilter(
        String.join(random.nextBoolean() ? " " + operator + "\n" : operator, texts),
        operator,
        operands,
        operands.stream().anyMatch(NaiveFilter::usesJson),
        e -> {
          for (NaiveFilter operand : ordered) {
            if (operand.test().apply(e) != all) {
              return !all;
            }
          }
          return all;
        });
  }

  private NaiveFilter leaf() {
    return switch (random.nextInt(11)) {
      case 0 -> NaiveFilter.compare(text(), relation(), textConstant());
      case 1 -> NaiveFilter.compare(textConstant(), relation(), text());
      case 2 -> NaiveFilter.compare(number(), relation(), numberConstant());
      case 3 -> NaiveFilter.compare(time(), relation(), timeConstant());
      case 4 -> {
        Source constant = anyConstant();
        boolean truth = constant.value().apply(null) instanceof Boolean;
        yield NaiveFilter.compare(jsonField(), truth ? equality() : relation(), constant);
      }
      case 5 -> NaiveFilter.compare(jsonField(), relation(), anyField());
      case 6 -> nullTest();
      case 7 -> exists();
      case 8 -> in();
      case 9 -> textTest();
      default -> {
        Source field = jsonField();
        yield new NaiveFilter(
            field.text(),
            true,
            e -> NaiveFilter.compare(field.value().apply(e), Relation.EQUAL, true, e));
      }
    };
  }

  private NaiveFilter nullTest() {
    Source field = anyField();
    boolean wanted = random.nextBoolean();
    return new NaiveFilter(
        field.text() + (wanted ? " == null" : "!=null"),
        field.usesJson(),
        e -> NaiveFilter.isAbsent(field.value().apply(e)) == wanted);
  }

  private NaiveFilter exists() {
    Source field = anyField();
    boolean fixed = !field.usesJson() && !field.text().startsWith("headers");
    return new NaiveFilter(
        "exists(" + field.text() + ")",
        field.usesJson(),
        e -> {
          Object value = field.value().apply(e);
          return fixed ? !NaiveFilter.isAbsent(value) : value != Absent.MISSING;
        });
  }

  private NaiveFilter in() {
    List<Source> constants = new ArrayList<>();
    boolean ofJson = random.nextBoolean();
    Source field = ofJson ? jsonField() : text();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      constants.add(
          random.nextInt(6) == 0
              ? NaiveFilter.constant(Absent.NULL, "null")
              : ofJson ? anyConstant() : textConstant());
    }
    return new NaiveFilter(
        field.text()
            + " in ["
            + constants.stream().map(Source::text).collect(Collectors.joining(", "))
            + "]",
        field.usesJson(),
        e -> {
          Object value = field.value().apply(e);
          boolean ofType = NaiveFilter.isAbsent(value);
          for (Source source : constants) {
            Object constant = source.value().apply(e);
            if (NaiveFilter.isAbsent(value) && NaiveFilter.isAbsent(constant)) {
              return true;
            }
            if (NaiveFilter.sameType(value, constant)) {
              ofType = true;
              if (NaiveFilter.compare(value, Relation.EQUAL, constant, e)) {
                return true;
              }
            }
          }
          return ofType ? false : e.mismatch();
        });
  }

  private NaiveFilter textTest() {
    String pattern = pick(PATTERNS);
    String text = pick(RandomJson.TEXTS);
    return switch (random.nextInt(4)) {
      case 0 -> textTest("startsWith", text, String::startsWith);
      case 1 -> textTest("endsWith", text, String::endsWith);
      case 2 -> textTest("contains", text, String::contains);
      default -> textTest("matches", pattern, (t, p) -> Pattern.compile(p).matcher(t).find());
    };
  }

  private NaiveFilter textTest(String word, String text, BiPredicate<String, String> test) {
    Source field = random.nextBoolean() ? jsonField() : text();
    return new NaiveFilter(
        field.text() + " " + word + " " + quoted(text),
        field.usesJson(),
        e -> {
          Object value = field.value().apply(e);
          if (value instanceof String string) {
            return test.test(string, text);
          }
          return NaiveFilter.isAbsent(value) ? false : e.mismatch();
        });
  }

  private Source anyField() {
    return switch (random.nextInt(4)) {
      case 0 -> text();
      case 1 -> number();
      case 2 -> time();
      default -> jsonField();
    };
  }

  private Source text() {
    return switch (random.nextInt(5)) {
      case 0 -> NaiveFilter.header("h", "'h'");
      case 1 -> NaiveFilter.header("trace id", "\"trace id\"");
      case 2 -> NaiveFilter.fixed("key");
      case 3 -> NaiveFilter.fixed("value");
      default -> NaiveFilter.fixed("source");
    };
  }

  private Source number() {
    return NaiveFilter.fixed(pick("offset", "partition", "size"));
  }

  private Source time() {
    return NaiveFilter.fixed(pick("timestamp", "appendTime"));
  }

  private Source jsonField() {
    List<Field.Step> steps = new ArrayList<>();
    StringBuilder text = new StringBuilder("json");
    while (random.nextInt(8) > (steps.isEmpty() ? 0 : 4)) {
      if (random.nextInt(5) == 0) {
        int index = random.nextInt(3);
        steps.add(new Field.Element(index));
        text.append('[').append(index).append(']');
      } else {
        String name = pick(RandomJson.NAMES);
        steps.add(new Field.Member(name));
        boolean plain = !name.isEmpty() && !name.contains(" ") && random.nextBoolean();
        text.append(plain ? "." + name : "[" + quoted(name) + "]");
      }
    }
    return NaiveFilter.json(steps, text.toString());
  }

  private Source anyConstant() {
    return switch (random.nextInt(4)) {
      case 0 -> {
        boolean value = random.nextBoolean();
        yield NaiveFilter.constant(value, String.valueOf(value));
      }
      case 1 -> textConstant();
      default -> numberConstant();
    };
  }

  private Source textConstant() {
    String text = random.nextBoolean() ? pick(RandomJson.TEXTS) : pick(SOURCES);
    return NaiveFilter.constant(text, quoted(text));
  }

  private Source numberConstant() {
    String number =
        random.nextBoolean() ? pick(RandomJson.NUMBERS) : String.valueOf(random.nextInt(5));
    return NaiveFilter.constant(new BigDecimal(number), number);
  }

  private Source timeConstant() {
    long micros = micros();
    String text =
        switch (random.nextInt(3)) {
          case 0 -> String.valueOf(micros);
          case 1 -> quoted(instant(micros).toString());
          default -> quoted(instant(micros + 3_600_000_000L).toString().replace("Z", "+01:00"));
        };
    return NaiveFilter.constant(BigDecimal.valueOf(micros), text);
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000), Math.floorMod(micros, 1_000_000) * 1000);
  }

  private long micros() {
    return EPOCH_SECOND * 1_000_000 + random.nextInt(3);
  }

  private Relation relation() {
    return pick(Relation.values());
  }

  private Relation equality() {
    return pick(Relation.EQUAL, Relation.NOT_EQUAL);
  }

  private String quoted(String text) {
    char quote = random.nextBoolean() ? '\'' : '"';
    if (random.nextInt(3) == 0 && text.indexOf(quote) < 0) {
      return "r" + quote + text + quote;
    }
    StringBuilder quoted = new StringBuilder().append(quote);
    for (char c : text.toCharArray()) {
      if (c == quote || c == '\\') {
        quoted.append('\\').append(c);
      } else if (random.nextInt(8) == 0 && !Character.isSurrogate(c)) {
        quoted.append(String.format("\\u%04X", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append(quote).toString();
  }

  @SafeVarargs
  private <T> T pick(T... values) {
    return values[random.nextInt(values.length)];
  }
}
