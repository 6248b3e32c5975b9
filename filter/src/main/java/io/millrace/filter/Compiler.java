package io.millrace.filter;

import com.google.re2j.Pattern;
import io.millrace.filter.Expression.All;
import io.millrace.filter.Expression.Always;
import io.millrace.filter.Expression.Any;
import io.millrace.filter.Expression.Comparison;
import io.millrace.filter.Expression.Exists;
import io.millrace.filter.Expression.In;
import io.millrace.filter.Expression.IsTrue;
import io.millrace.filter.Expression.Matches;
import io.millrace.filter.Expression.Not;
import io.millrace.filter.Expression.TextTest;
import io.millrace.filter.FieldValue.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compiles an expression to closures. Of the operands of {@code &&} and {@code ||}, those without
 * JSON are tested first, otherwise in the written order. A test has no effect but on the counters
 * of a matcher, so the order changes no result; {@code docs/filters.md} defines the counters by it.
 */
final class Compiler {

  private final List<Field> fields = new ArrayList<>();

  private Compiler() {}

  /** A compiled expression. Immutable. */
  static CompiledFilter compile(Expression expression) {
    Compiler compiler = new Compiler();
    Condition condition = compiler.condition(expression);
    return new CompiledFilter(
        condition, List.copyOf(compiler.fields), new JsonPaths(compiler.fields));
  }

  /** The number that a constant of a number or of a time stands for, in the form of JSON. */
  static String numberText(Constant constant) {
    if (constant instanceof Constant.Time time) {
      return Long.toString(time.micros());
    }
    return ((Constant.Number) constant).text();
  }

  private Condition condition(Expression expression) {
    if (expression instanceof All all) {
      Condition[] operands = conditions(all.operands());
      return event -> {
        for (Condition operand : operands) {
          if (!operand.holds(event)) {
            return false;
          }
        }
        return true;
      };
    }
    if (expression instanceof Any any) {
      Condition[] operands = conditions(any.operands());
      return event -> {
        for (Condition operand : operands) {
          if (operand.holds(event)) {
            return true;
          }
        }
        return false;
      };
    }
    if (expression instanceof Not not) {
      Condition operand = condition(not.operand());
      return event -> !operand.holds(event);
    }
    if (expression instanceof Always always) {
      boolean value = always.value();
      return event -> value;
    }
    if (expression instanceof IsTrue isTrue) {
      return truth(slot(isTrue.field()), Relation.EQUAL, true);
    }
    if (expression instanceof Exists exists) {
      return exists(exists.field());
    }
    if (expression instanceof Comparison comparison) {
      return comparison(comparison);
    }
    if (expression instanceof In in) {
      return in(slot(in.field()), new ConstantSet(in.constants()));
    }
    if (expression instanceof TextTest test) {
      return textTest(slot(test.field()), test.kind(), utf8(test.text()));
    }
    Matches matches = (Matches) expression;
    return matches(slot(matches.field()), matches.pattern());
  }

  private Condition[] conditions(List<Expression> operands) {
    List<Expression> ordered = new ArrayList<>(operands);
    ordered.sort((a, b) -> Boolean.compare(usesJson(a), usesJson(b)));
    return ordered.stream().map(this::condition).toArray(Condition[]::new);
  }

  private int slot(Field field) {
    int slot = fields.indexOf(field);
    if (slot >= 0) {
      return slot;
    }
    fields.add(field);
    return fields.size() - 1;
  }

  private Condition exists(Field field) {
    int slot = slot(field);
    if (field instanceof Field.Fixed) {
      return event -> !event.value(slot).isMissingOrNull();
    }
    return event -> event.value(slot).type != Type.MISSING;
  }

  private Condition comparison(Comparison comparison) {
    int slot = slot(comparison.left());
    Relation relation = comparison.relation();
    Operand right = comparison.right();
    if (right instanceof Field field) {
      return fields(slot, relation, slot(field));
    }
    if (right instanceof Constant.Null) {
      boolean wanted = relation == Relation.EQUAL;
      return event -> event.value(slot).isMissingOrNull() == wanted;
    }
    if (right instanceof Constant.Truth truth) {
      return truth(slot, relation, truth.value());
    }
    if (right instanceof Constant.Text text) {
      byte[] bytes = utf8(text.text());
      return relation.isOrder() ? textOrder(slot, relation, bytes) : text(slot, relation, bytes);
    }
    return number(slot, relation, NumberConstant.of(numberText((Constant) right)));
  }

  private static Condition truth(int slot, Relation relation, boolean constant) {
    boolean wanted = (relation == Relation.EQUAL) == constant;
    return event -> {
      FieldValue value = event.value(slot);
      if (value.isTruth()) {
        return (value.type == Type.TRUE) == wanted;
      }
      return value.isMissingOrNull() ? false : event.mismatch();
    };
  }

  private static Condition text(int slot, Relation relation, byte[] constant) {
    boolean wanted = relation == Relation.EQUAL;
    return event -> {
      FieldValue value = event.value(slot);
      if (value.type == Type.TEXT) {
        return isText(value, constant) == wanted;
      }
      return value.isMissingOrNull() ? false : event.mismatch();
    };
  }

  private static Condition textOrder(int slot, Relation relation, byte[] constant) {
    return event -> {
      FieldValue value = event.value(slot);
      if (value.type == Type.TEXT) {
        value.decode();
        return relation.holds(
            Arrays.compareUnsigned(
                value.bytes, value.from, value.to, constant, 0, constant.length));
      }
      return value.isMissingOrNull() ? false : event.mismatch();
    };
  }

  private static Condition number(int slot, Relation relation, NumberConstant constant) {
    return event -> {
      FieldValue value = event.value(slot);
      if (value.type == Type.LONG) {
        return relation.holds(constant.order(value.number));
      }
      if (value.type == Type.DECIMAL) {
        return relation.holds(constant.order(value.decimal()));
      }
      return value.isMissingOrNull() ? false : event.mismatch();
    };
  }

  private static Condition fields(int leftSlot, Relation relation, int rightSlot) {
    return event -> {
      FieldValue left = event.value(leftSlot);
      FieldValue right = event.value(rightSlot);
      if (left.isMissingOrNull() || right.isMissingOrNull()) {
        return false;
      }
      if (left.type == Type.LONG && right.type == Type.LONG) {
        return relation.holds(Long.compare(left.number, right.number));
      }
      if (left.isNumber() && right.isNumber()) {
        return relation.holds(left.decimal().compareTo(right.decimal()));
      }
      if (left.type == Type.TEXT && right.type == Type.TEXT) {
        left.decode();
        right.decode();
        return relation.holds(
            Arrays.compareUnsigned(
                left.bytes, left.from, left.to, right.bytes, right.from, right.to));
      }
      if (left.isTruth() && right.isTruth() && !relation.isOrder()) {
        return (left.type == right.type) == (relation == Relation.EQUAL);
      }
      return event.mismatch();
    };
  }

  private static Condition in(int slot, ConstantSet constants) {
    return event -> {
      FieldValue value = event.value(slot);
      return switch (value.type) {
        case MISSING, NULL -> constants.hasNull;
        case TRUE -> constants.hasTrue || !constants.hasFalse && event.mismatch();
        case FALSE -> constants.hasFalse || !constants.hasTrue && event.mismatch();
        case LONG, DECIMAL -> constants.hasNumber(value, event);
        case TEXT -> constants.hasText(value, event);
        case COMPOSITE -> event.mismatch();
      };
    };
  }

  private static Condition textTest(int slot, TextTest.Kind kind, byte[] constant) {
    TextSearch search = new TextSearch(constant);
    return event -> {
      FieldValue value = event.value(slot);
      if (value.type != Type.TEXT) {
        return value.isMissingOrNull() ? false : event.mismatch();
      }
      value.decode();
      int from = value.from;
      int to = value.to;
      int length = constant.length;
      return switch (kind) {
        case STARTS_WITH ->
            to - from >= length
                && Arrays.equals(value.bytes, from, from + length, constant, 0, length);
        case ENDS_WITH ->
            to - from >= length && Arrays.equals(value.bytes, to - length, to, constant, 0, length);
        case CONTAINS -> search.isIn(value.bytes, from, to);
      };
    };
  }

  private static Condition matches(int slot, Pattern pattern) {
    long longest = FilterLimits.PATTERN_STEPS / pattern.programSize();
    return event -> {
      FieldValue value = event.value(slot);
      if (value.type != Type.TEXT) {
        return value.isMissingOrNull() ? false : event.mismatch();
      }
      value.decode();
      int length = value.to - value.from;
      if (length > longest) {
        return event.skipPattern();
      }
      return pattern
          .matcher(new String(value.bytes, value.from, length, StandardCharsets.UTF_8))
          .find();
    };
  }

  private static boolean isText(FieldValue value, byte[] constant) {
    value.decode();
    return value.to - value.from == constant.length
        && Arrays.equals(value.bytes, value.from, value.to, constant, 0, constant.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static boolean usesJson(Expression expression) {
    if (expression instanceof All all) {
      return all.operands().stream().anyMatch(Compiler::usesJson);
    }
    if (expression instanceof Any any) {
      return any.operands().stream().anyMatch(Compiler::usesJson);
    }
    if (expression instanceof Not not) {
      return usesJson(not.operand());
    }
    if (expression instanceof Comparison comparison) {
      return comparison.left().isJson()
          || comparison.right() instanceof Field right && right.isJson();
    }
    if (expression instanceof Exists exists) {
      return exists.field().isJson();
    }
    if (expression instanceof In in) {
      return in.field().isJson();
    }
    if (expression instanceof TextTest test) {
      return test.field().isJson();
    }
    if (expression instanceof Matches matches) {
      return matches.field().isJson();
    }
    return expression instanceof IsTrue;
  }

  /** The constants of {@code in}, by type. */
  private static final class ConstantSet {

    private final byte[][] texts;
    private final NumberConstant[] numbers;
    private final boolean hasNull;
    private final boolean hasTrue;
    private final boolean hasFalse;

    ConstantSet(List<Constant> constants) {
      texts =
          constants.stream()
              .filter(Constant.Text.class::isInstance)
              .map(text -> utf8(((Constant.Text) text).text()))
              .toArray(byte[][]::new);
      numbers =
          constants.stream()
              .filter(c -> c instanceof Constant.Number || c instanceof Constant.Time)
              .map(number -> NumberConstant.of(numberText(number)))
              .toArray(NumberConstant[]::new);
      hasNull = constants.contains(new Constant.Null());
      hasTrue = constants.contains(new Constant.Truth(true));
      hasFalse = constants.contains(new Constant.Truth(false));
    }

    boolean hasText(FieldValue value, EventFields event) {
      for (byte[] text : texts) {
        if (isText(value, text)) {
          return true;
        }
      }
      return texts.length > 0 ? false : event.mismatch();
    }

    boolean hasNumber(FieldValue value, EventFields event) {
      DecimalText decimal = value.type == Type.DECIMAL ? value.decimal() : null;
      for (NumberConstant number : numbers) {
        if ((decimal == null ? number.order(value.number) : number.order(decimal)) == 0) {
          return true;
        }
      }
      return numbers.length > 0 ? false : event.mismatch();
    }
  }
}
