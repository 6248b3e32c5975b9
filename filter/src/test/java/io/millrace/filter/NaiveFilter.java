package io.millrace.filter;

import io.millrace.filter.NaiveJson.Absent;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A filter that is evaluated in the simplest way: the whole value is read into a tree, numbers are
 * {@code BigDecimal}, and texts are strings.
 *
 * @param text as a filter
 * @param operator what joins the operands; empty if there are none
 * @param operands of the operator
 * @param usesJson whether the value is read as JSON
 * @param test whether it holds
 */
record NaiveFilter(
    String text,
    String operator,
    List<NaiveFilter> operands,
    boolean usesJson,
    Function<Evaluation, Boolean> test) {

  NaiveFilter(String text, boolean usesJson, Function<Evaluation, Boolean> test) {
    this(text, "", List.of(), usesJson, test);
  }

  /** An event, and what was noted about it. */
  static final class Evaluation {

    final TestEvent event;
    boolean mismatch;
    boolean notJson;

    private Object tree;

    Evaluation(TestEvent event) {
      this.event = event;
    }

    boolean mismatch() {
      mismatch = true;
      return false;
    }

    Object json(List<Field.Step> steps) {
      if (tree == null) {
        tree = Absent.MISSING;
        if (event.valueBytes() != null) {
          try {
            tree = NaiveJson.read(string(event.valueBytes()));
          } catch (IOException e) {
            notJson = true;
          }
        }
      }
      return NaiveJson.find(tree, steps);
    }
  }

  /** An operand of a filter. */
  record Source(String text, boolean usesJson, Function<Evaluation, Object> value) {}

  static Source fixed(String name) {
    return new Source(
        name,
        false,
        e ->
            switch (name) {
              case "source" -> text(e.event.sourceBytes());
              case "key" -> text(e.event.keyBytes());
              case "value" -> text(e.event.valueBytes());
              case "timestamp" -> BigDecimal.valueOf(e.event.timestampMicros());
              case "appendTime" -> BigDecimal.valueOf(e.event.appendTimeMicros());
              case "offset" -> BigDecimal.valueOf(e.event.offset());
              case "partition" -> BigDecimal.valueOf(e.event.partition());
              case "size" ->
                  BigDecimal.valueOf(
                      e.event.valueBytes() == null ? 0 : e.event.valueBytes().length);
              default -> throw new IllegalArgumentException(name);
            });
  }

  static Source header(String name, String written) {
    return new Source(
        "headers[" + written + "]",
        false,
        e ->
            e.event.headers().stream()
                .filter(h -> h.name().equals(name))
                .findFirst()
                .map(h -> text(h.value()))
                .orElse(Absent.MISSING));
  }

  static Source json(List<Field.Step> steps, String written) {
    return new Source(written, true, e -> e.json(steps));
  }

  static Source constant(Object value, String written) {
    return new Source(written, false, e -> value);
  }

  static NaiveFilter compare(Source left, Relation relation, Source right) {
    return new NaiveFilter(
        left.text + " " + relation.symbol + " " + right.text,
        left.usesJson || right.usesJson,
        e -> compare(left.value.apply(e), relation, right.value.apply(e), e));
  }

  static boolean isAbsent(Object value) {
    return value instanceof Absent;
  }

  static boolean compare(Object left, Relation relation, Object right, Evaluation e) {
    if (isAbsent(left) || isAbsent(right)) {
      return false;
    }
    if (left instanceof BigDecimal a && right instanceof BigDecimal b) {
      return relation.holds(a.compareTo(b));
    }
    if (left instanceof String a && right instanceof String b) {
      return relation.holds(Arrays.compareUnsigned(TestEvent.utf8(a), TestEvent.utf8(b)));
    }
    if (left instanceof Boolean a && right instanceof Boolean b && !relation.isOrder()) {
      return a.equals(b) == (relation == Relation.EQUAL);
    }
    return e.mismatch();
  }

  static boolean sameType(Object a, Object b) {
    return a instanceof BigDecimal && b instanceof BigDecimal
        || a instanceof String && b instanceof String
        || a instanceof Boolean && b instanceof Boolean;
  }

  static boolean isComposite(Object value) {
    return value instanceof Map || value instanceof List;
  }

  private static Object text(byte[] bytes) {
    return bytes == null ? Absent.NULL : string(bytes);
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
