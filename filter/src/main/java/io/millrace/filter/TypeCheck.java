package io.millrace.filter;

import io.millrace.filter.Field.Type;
import java.time.DateTimeException;

/** Refuses comparisons that cannot hold because of the types of their sides. */
final class TypeCheck {

  private final Tokens tokens;

  TypeCheck(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Whether fields of two types can be equal. */
  static boolean comparable(Type a, Type b) {
    return a == Type.ANY || b == Type.ANY || (a == Type.TEXT) == (b == Type.TEXT);
  }

  /**
   * The constant as it is compared with the field: a text becomes a time.
   *
   * @throws InvalidFilterException if the comparison could never hold
   */
  Constant constant(Field field, Constant constant, Token at) {
    Type type = field.type();
    if (constant instanceof Constant.Null || type == Type.ANY) {
      return constant;
    }
    if (type == Type.TIME && constant instanceof Constant.Text text) {
      return time(text.text(), at);
    }
    boolean fits =
        type == Type.TEXT ? constant instanceof Constant.Text : constant instanceof Constant.Number;
    if (fits) {
      return constant;
    }
    String expected =
        switch (type) {
          case TEXT -> "expected a string such as 'a'";
          case NUMBER -> "expected a number such as 100";
          case TIME -> "expected a time such as '2026-11-22T09:30:00Z', or microseconds since 1970";
          case ANY -> throw new IllegalStateException("any constant fits");
        };
    throw tokens.invalid(at, "the field is " + type.text, expected);
  }

  private Constant.Time time(String text, Token at) {
    try {
      return new Constant.Time(text, TimeText.micros(text));
    } catch (DateTimeException | ArithmeticException e) {
      throw tokens.invalid(
          at,
          "not a time",
          "expected ISO-8601 with at most 6 decimals, such as '2026-11-22T09:30:00.123456Z' or"
              + " '2026-11-22' (UTC if there is no zone), or microseconds since 1970");
    }
  }
}
