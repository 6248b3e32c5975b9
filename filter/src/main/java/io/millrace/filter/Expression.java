package io.millrace.filter;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/** A filter as parsed. Checked: types match where they are known, and limits are kept. */
sealed interface Expression {

  /** {@code a && b && ...}: two or more operands, none of them an {@code All}. */
  record All(List<Expression> operands) implements Expression {
    public All {
      operands = List.copyOf(operands);
    }
  }

  /** {@code a || b || ...}: two or more operands, none of them an {@code Any}. */
  record Any(List<Expression> operands) implements Expression {
    public Any {
      operands = List.copyOf(operands);
    }
  }

  record Not(Expression operand) implements Expression {}

  /** {@code true} or {@code false}. */
  record Always(boolean value) implements Expression {}

  /** A JSON field alone: whether it is true. */
  record IsTrue(Field.Json field) implements Expression {}

  record Exists(Field field) implements Expression {}

  record Comparison(Field left, Relation relation, Operand right) implements Expression {}

  record In(Field field, List<Constant> constants) implements Expression {
    public In {
      constants = List.copyOf(constants);
    }
  }

  /** A test of the text of a field with a constant text. */
  record TextTest(Field field, Kind kind, String text) implements Expression {

    enum Kind {
      STARTS_WITH("startsWith"),
      ENDS_WITH("endsWith"),
      CONTAINS("contains");

      final String word;

      Kind(String word) {
        this.word = word;
      }
    }
  }

  /** Whether a regular expression of RE2 is found anywhere in the text of a field. */
  record Matches(Field field, Pattern pattern) implements Expression {}

  static Expression all(List<Expression> operands) {
    List<Expression> flat = new ArrayList<>();
    for (Expression operand : operands) {
      if (operand instanceof All all) {
        flat.addAll(all.operands());
      } else {
        flat.add(operand);
      }
    }
    return flat.size() == 1 ? flat.get(0) : new All(flat);
  }

  static Expression any(List<Expression> operands) {
    List<Expression> flat = new ArrayList<>();
    for (Expression operand : operands) {
      if (operand instanceof Any any) {
        flat.addAll(any.operands());
      } else {
        flat.add(operand);
      }
    }
    return flat.size() == 1 ? flat.get(0) : new Any(flat);
  }
}
