package io.millrace.benchmarks;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A number that is to be reached.
 *
 * @param what the number is
 * @param quantity how it is found
 * @param bound that is to be reached
 * @param decimals to show
 */
record Goal(String what, Quantity quantity, Bound bound, double value, int decimals) {

  /** Such as {@code at least 4.0}. */
  String wanted() {
    return bound.word + " " + number(value);
  }

  /** The number of these results; nothing if they do not have it. */
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

  /** On which side of a value a number is to be. */
  enum Bound {
    AT_LEAST("at least"),
    AT_MOST("at most");

    private final String word;

    Bound(String word) {
      this.word = word;
    }
  }

  /** A number that results may have. */
  @FunctionalInterface
  interface Quantity {

    OptionalDouble of(Results results);
  }
}
