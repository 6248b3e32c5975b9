package io.millrace.filter;

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
import java.util.Iterator;
import java.util.List;

/** Writes an expression as the text of a filter, from which the same expression is parsed. */
final class Printer {

  private final StringBuilder out = new StringBuilder();

  String print(Expression expression) {
    write(expression);
    return out.toString();
  }

  private void write(Expression expression) {
    if (expression instanceof Any any) {
      join(any.operands(), " || ");
    } else if (expression instanceof All all) {
      join(all.operands(), " && ");
    } else if (expression instanceof Not not) {
      out.append('!');
      inParentheses(not.operand(), !(isWord(not.operand()) || not.operand() instanceof Not));
    } else if (expression instanceof Always always) {
      out.append(always.value());
    } else if (expression instanceof IsTrue isTrue) {
      field(isTrue.field());
    } else if (expression instanceof Exists exists) {
      out.append("exists(");
      field(exists.field());
      out.append(')');
    } else if (expression instanceof Comparison comparison) {
      field(comparison.left());
      out.append(' ').append(comparison.relation().symbol).append(' ');
      operand(comparison.right());
    } else if (expression instanceof In in) {
      in(in);
    } else if (expression instanceof TextTest test) {
      textTest(test.field(), test.kind().word, test.text());
    } else {
      Matches matches = (Matches) expression;
      textTest(matches.field(), "matches", matches.pattern().pattern());
    }
  }

  private static boolean isWord(Expression expression) {
    return expression instanceof Always
        || expression instanceof IsTrue
        || expression instanceof Exists;
  }

  private void join(List<Expression> operands, String operator) {
    Iterator<Expression> rest = operands.iterator();
    while (rest.hasNext()) {
      Expression operand = rest.next();
      inParentheses(operand, operand instanceof Any);
      out.append(rest.hasNext() ? operator : "");
    }
  }

  private void inParentheses(Expression expression, boolean needed) {
    out.append(needed ? "(" : "");
    write(expression);
    out.append(needed ? ")" : "");
  }

  private void in(In in) {
    field(in.field());
    out.append(" in [");
    Iterator<Constant> rest = in.constants().iterator();
    while (rest.hasNext()) {
      constant(rest.next());
      out.append(rest.hasNext() ? ", " : "]");
    }
  }

  private void textTest(Field field, String word, String text) {
    field(field);
    out.append(' ').append(word).append(' ');
    string(text);
  }

  private void operand(Operand operand) {
    if (operand instanceof Field field) {
      field(field);
    } else {
      constant((Constant) operand);
    }
  }

  private void field(Field field) {
    if (field instanceof Field.Fixed fixed) {
      out.append(fixed.text);
    } else if (field instanceof Field.Header header) {
      out.append("headers[");
      string(header.name());
      out.append(']');
    } else {
      out.append("json");
      ((Field.Json) field).steps().forEach(this::step);
    }
  }

  private void step(Field.Step step) {
    if (step instanceof Field.Element element) {
      out.append('[').append(element.index()).append(']');
      return;
    }
    String name = ((Field.Member) step).name();
    if (Lexer.isName(name)) {
      out.append('.').append(name);
    } else {
      out.append('[');
      string(name);
      out.append(']');
    }
  }

  private void constant(Constant constant) {
    if (constant instanceof Constant.Text text) {
      string(text.text());
    } else if (constant instanceof Constant.Time time) {
      string(time.text());
    } else if (constant instanceof Constant.Number number) {
      out.append(number.text());
    } else if (constant instanceof Constant.Truth truth) {
      out.append(truth.value());
    } else {
      out.append("null");
    }
  }

  private void string(String text) {
    out.append('\'');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\'', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('\'');
  }
}
