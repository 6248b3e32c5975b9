package io.millrace.filter;

import io.millrace.filter.Expression.All;
import io.millrace.filter.Expression.Always;
import io.millrace.filter.Expression.Any;
import io.millrace.filter.Expression.Comparison;
import io.millrace.filter.Expression.In;
import io.millrace.filter.Expression.Not;
import io.millrace.filter.Field.Fixed;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Derives the requirements of an expression. */
final class Derivation {

  private Derivation() {}

  static FilterRequirements requirements(Expression expression) {
    return of(expression, true);
  }

  /** What an event has for which the expression is {@code wanted}. */
  private static FilterRequirements of(Expression expression, boolean wanted) {
    if (expression instanceof Not not) {
      return of(not.operand(), !wanted);
    }
    if (expression instanceof All all) {
      return wanted ? both(all.operands(), true) : either(all.operands(), false);
    }
    if (expression instanceof Any any) {
      return wanted ? either(any.operands(), true) : both(any.operands(), false);
    }
    if (expression instanceof Always always) {
      return always.value() == wanted ? FilterRequirements.NONE : FilterRequirements.IMPOSSIBLE;
    }
    if (expression instanceof Comparison comparison
        && comparison.right() instanceof Constant constant) {
      return test(comparison.left(), comparison.relation(), List.of(constant), wanted);
    }
    if (expression instanceof In in) {
      return test(in.field(), Relation.EQUAL, in.constants(), wanted);
    }
    return FilterRequirements.NONE;
  }

  private static FilterRequirements both(List<Expression> operands, boolean wanted) {
    FilterRequirements requirements = FilterRequirements.NONE;
    for (Expression operand : operands) {
      requirements = requirements.and(of(operand, wanted));
    }
    return requirements;
  }

  private static FilterRequirements either(List<Expression> operands, boolean wanted) {
    FilterRequirements requirements = FilterRequirements.IMPOSSIBLE;
    for (Expression operand : operands) {
      requirements = requirements.or(of(operand, wanted));
    }
    return requirements;
  }

  private static FilterRequirements test(
      Field field, Relation relation, List<Constant> constants, boolean wanted) {
    if (field == Fixed.SOURCE) {
      return relation == Relation.EQUAL && wanted ? sources(constants) : FilterRequirements.NONE;
    }
    if (field.type() != Field.Type.NUMBER && field.type() != Field.Type.TIME) {
      return FilterRequirements.NONE;
    }
    LongRanges numbers = LongRanges.NONE;
    for (Constant constant : constants) {
      numbers = numbers.or(numbers(relation, constant));
    }
    // Every event has these fields, so the other numbers are those for which the test fails.
    return FilterRequirements.of(field, wanted ? numbers : numbers.complement());
  }

  private static FilterRequirements sources(List<Constant> constants) {
    Set<String> sources = new HashSet<>();
    for (Constant constant : constants) {
      if (!(constant instanceof Constant.Text text)) {
        return FilterRequirements.NONE;
      }
      sources.add(text.text());
    }
    return FilterRequirements.ofSources(sources);
  }

  private static LongRanges numbers(Relation relation, Constant constant) {
    if (constant instanceof Constant.Null) {
      return relation == Relation.NOT_EQUAL ? LongRanges.ALL : LongRanges.NONE;
    }
    return NumberConstant.of(Compiler.numberText(constant)).longs(relation);
  }
}
