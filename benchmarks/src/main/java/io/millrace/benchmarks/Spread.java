package io.millrace.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** The median, minimum and maximum of some numbers. */
record Spread(double median, double min, double max) {

  /**
   * Computes the spread of numbers.
   *
   * @throws IllegalArgumentException if there are none
   */
  static Spread of(double[] numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException("no numbers");
    }
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The text form, such as {@code 1,803 (1,790-1,840)}. */
  String text(int decimals) {
    String number = "%,." + decimals + "f";
    return String.format(
        Locale.ROOT, number + " (" + number + "-" + number + ")", median, min, max);
  }
}
