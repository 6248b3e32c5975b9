package io.millrace.benchmarks;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A goal: a number of the results, and the bound that it must meet.
 *
 * @param what the name of the number
 * @param quantity how the number is computed from the results
 * @param bound whether {@code value} is a lower or an upper bound
 * @param value the bound
 * @param decimals number of decimals to print
 */
record Goal(String what, Quantity quantity, Bound bound, double value, int decimals) {

  /** The text form of the bound, such as {@code at least 4.0}. */
  String wanted() {
    return bound.word + " " + number(value);
  }

  /** The number in these results; empty if they do not have it. */
  OptionalDouble found(Results results) {
    return quantity.of(results);
  }

  boolean isMetBy(double found) {
    return switch (bound) {
      case AT_LEAST -> found >= value;
      case AT_MOST -> found <= value;
    };
  }

  String number(double number) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", number);
  }

  /** Whether a value is a lower or an upper bound. */
  enum Bound {
    AT_LEAST("at least"),
    AT_MOST("at most");

    private final String word;

    Bound(String word) {
      this.word = word;
    }
  }

  /** Computes a number from results. */
  @FunctionalInterface
  interface Quantity {

    /** The number; empty if the results do not have it. */
    OptionalDouble of(Results results);
  }
}
