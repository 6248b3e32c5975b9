package io.millrace.core;

import java.util.OptionalLong;

/** A number of digits only, times a unit. */
final class WholeNumber {

  private static final int MAX_DIGITS = 18;

  private WholeNumber() {}

  /** {@code digits} times {@code unit}; empty if it is not a number or does not fit a long. */
  static OptionalLong parse(String digits, long unit) {
    if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return OptionalLong.empty();
      }
      number = number * 10 + (c - '0');
    }
    return number > Long.MAX_VALUE / unit ? OptionalLong.empty() : OptionalLong.of(number * unit);
  }
}
