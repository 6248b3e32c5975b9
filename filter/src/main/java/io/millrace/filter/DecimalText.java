package io.millrace.filter;

/**
 * A decimal number in the form of JSON, compared by its exact value without conversion. A number of
 * a million digits costs one pass over them. Reusable for other numbers; used by one thread.
 *
 * <p>The value is 0.d1d2d3... times 10 to the power of {@link #exponent}, where d1 is the first
 * digit that is not 0.
 */
final class DecimalText {

  /** Exponents beyond this are taken as this one; a text cannot have as many digits. */
  private static final long MAX_EXPONENT = 1_000_000_000_000_000L;

  private byte[] text;
  private boolean negative;
  private boolean zero;
  private long exponent;
  private int digitsAt;
  private int digitsEnd;

  /** Takes the number at {@code [from, to)}; the bytes are not copied. */
  void set(byte[] bytes, int from, int to) {
    text = bytes;
    negative = bytes[from] == '-';
    zero = true;
    exponent = 0;
    int at = negative ? from + 1 : from;
    boolean afterPoint = false;
    while (at < to && (isDigit(bytes[at]) || bytes[at] == '.')) {
      if (bytes[at] == '.') {
        afterPoint = true;
      } else {
        addDigit(at, afterPoint);
      }
      at++;
    }
    digitsEnd = at;
    if (at < to) {
      exponent += exponentPart(at + 1, to);
    }
  }

  private void addDigit(int at, boolean afterPoint) {
    if (zero && text[at] != '0') {
      zero = false;
      digitsAt = at;
    }
    if (zero) {
      exponent -= afterPoint ? 1 : 0;
    } else {
      exponent += afterPoint ? 0 : 1;
    }
  }

  private long exponentPart(int from, int to) {
    boolean minus = text[from] == '-';
    int at = minus || text[from] == '+' ? from + 1 : from;
    long value = 0;
    while (at < to) {
      value = Math.min(MAX_EXPONENT, value * 10 + text[at++] - '0');
    }
    return minus ? -value : value;
  }

  /** Negative, 0 or positive, as this number is less than, equal to or greater than the other. */
  int compareTo(DecimalText other) {
    int sign = sign();
    if (sign != other.sign()) {
      return sign - other.sign();
    }
    if (sign == 0) {
      return 0;
    }
    int order = Long.compare(exponent, other.exponent);
    return sign * (order != 0 ? order : compareDigits(other));
  }

  private int compareDigits(DecimalText other) {
    int at = digitsAt;
    int otherAt = other.digitsAt;
    while (at < digitsEnd || otherAt < other.digitsEnd) {
      if (at < digitsEnd && text[at] == '.') {
        at++;
      } else if (otherAt < other.digitsEnd && other.text[otherAt] == '.') {
        otherAt++;
      } else {
        int digit = at < digitsEnd ? text[at++] : '0';
        int otherDigit = otherAt < other.digitsEnd ? other.text[otherAt++] : '0';
        if (digit != otherDigit) {
          return digit - otherDigit;
        }
      }
    }
    return 0;
  }

  private int sign() {
    return zero ? 0 : negative ? -1 : 1;
  }

  /** The greatest whole number that is not above this one, which must be in the range of a long. */
  long floor() {
    if (zero) {
      return 0;
    }
    long whole = 0;
    long digits = 0;
    boolean fraction = false;
    for (int i = digitsAt; i < digitsEnd; i++) {
      if (text[i] == '.') {
        continue;
      }
      if (digits < exponent) {
        whole = whole * 10 - (text[i] - '0');
        digits++;
      } else {
        fraction |= text[i] != '0';
      }
    }
    for (; digits < exponent; digits++) {
      whole *= 10;
    }
    if (!negative) {
      return -whole;
    }
    return fraction ? whole - 1 : whole;
  }

  /** Whether this number is whole. */
  boolean isWhole() {
    long place = 0;
    for (int i = digitsAt; !zero && i < digitsEnd; i++) {
      if (text[i] != '.' && ++place > exponent && text[i] != '0') {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
