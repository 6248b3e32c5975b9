package io.millrace.filter;

import io.millrace.filter.Expression.All;
import io.millrace.filter.Expression.Any;
import io.millrace.filter.Expression.Matches;
import io.millrace.filter.Expression.Not;
import java.util.List;

/** The bytes of heap that a filter takes, without its matchers. Measured with a heap histogram. */
final class FilterMemory {

  private static final int BASE_BYTES = 512;
  private static final int BYTES_PER_CHARACTER = 32;

  /** Of a regular expression, with the machine that re2j keeps for the next text. */
  private static final int BYTES_PER_INSTRUCTION = 100;

  private FilterMemory() {}

  static long bytes(String text, Expression expression) {
    return BASE_BYTES
        + (long) BYTES_PER_CHARACTER * text.length()
        + BYTES_PER_INSTRUCTION * instructions(expression);
  }

  /** The instructions of all regular expressions. */
  private static long instructions(Expression expression) {
    if (expression instanceof Not not) {
      return instructions(not.operand());
    }
    if (expression instanceof All all) {
      return instructions(all.operands());
    }
    if (expression instanceof Any any) {
      return instructions(any.operands());
    }
    return expression instanceof Matches matches ? matches.pattern().programSize() : 0;
  }

  private static long instructions(List<Expression> operands) {
    return operands.stream().mapToLong(FilterMemory::instructions).sum();
  }
}
