package io.millrace.filter;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Moves over a JSON text: over strings, numbers, literals and blanks, and over whole values. A
 * method gets a position, and returns the position after what stands there or {@link #VIOLATION}.
 * It allocates nothing. Used by one thread.
 *
 * <p>Values are skipped by a loop, with one bit for each level.
 */
final class JsonScanner {

  /** Zeros that must stand after the text: they end every loop, and words can be read past it. */
  static final int PADDING = 16;

  /** A result instead of a position, below 0: the text is not JSON here. */
  static final int VIOLATION = -2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int TRUE = 'e' << 24 | 'u' << 16 | 'r' << 8 | 't';
  private static final int ALSE = 'e' << 24 | 's' << 16 | 'l' << 8 | 'a';
  private static final int NULL = 'l' << 24 | 'l' << 16 | 'u' << 8 | 'n';

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long SPACES = ONES * ' ';

  /** A number of more digits may not fit into a long. */
  private static final int LONG_DIGITS = 18;

  /** For each level of a value that is skipped, whether it is an object. */
  private final long[] levels = new long[FilterLimits.JSON_DEPTH / Long.SIZE];

  private byte[] text;
  private int length;

  private boolean escaped;
  private long number;
  private boolean isLong;

  /**
   * Begins with a text at {@code [0, length)}.
   *
   * @param bytes with {@link #PADDING} zeros after the text
   */
  void open(byte[] bytes, int length) {
    this.text = bytes;
    this.length = length;
  }

  /** Whether the last string has escapes. */
  boolean escaped() {
    return escaped;
  }

  /** Whether the last number fits into a long for certain. */
  boolean isLong() {
    return isLong;
  }

  /** The last number, if {@link #isLong()}. */
  long number() {
    return number;
  }

  /**
   * The position after a value of any kind.
   *
   * @param outer number of objects and arrays around the value
   */
  int skip(int start, int outer) {
    int at = start;
    int depth = 0;
    boolean inObject = false;
    while (true) {
      byte first = text[at];
      if (first == '"') {
        at = string(at + 1);
      } else if (first == '{' || first == '[') {
        if (depth + outer == FilterLimits.JSON_DEPTH) {
          return VIOLATION;
        }
        inObject = first == '{';
        setLevel(depth++, inObject);
        at = blanks(at + 1);
        if (text[at] != (inObject ? '}' : ']')) {
          if (inObject) {
            at = memberValue(at);
            if (at < 0) {
              return at;
            }
          }
          continue;
        }
        depth--;
        at++;
        inObject = depth > 0 && isObject(depth - 1);
      } else if (first == '-' || isDigit(first)) {
        at = number(at);
      } else {
        at = literal(at);
      }
      if (at < 0) {
        return at;
      }
      while (depth > 0) {
        at = blanks(at);
        byte next = text[at++];
        if (next == ',') {
          at = blanks(at);
          break;
        }
        if (next != (inObject ? '}' : ']')) {
          return VIOLATION;
        }
        depth--;
        inObject = depth > 0 && isObject(depth - 1);
      }
      if (depth == 0) {
        return at;
      }
      if (inObject) {
        at = memberValue(at);
        if (at < 0) {
          return at;
        }
      }
    }
  }

  private void setLevel(int level, boolean isObject) {
    long bit = 1L << level;
    if (isObject) {
      levels[level >> 6] |= bit;
    } else {
      levels[level >> 6] &= ~bit;
    }
  }

  private boolean isObject(int level) {
    return (levels[level >> 6] & 1L << level) != 0;
  }

  /** The position of the value of the member whose name begins at a position. */
  private int memberValue(int at) {
    if (text[at] != '"') {
      return VIOLATION;
    }
    int end = string(at + 1);
    return end < 0 ? end : afterColon(end);
  }

  /** The position after the colon that follows a name, and after the blanks around it. */
  int afterColon(int start) {
    int at = blanks(start);
    return text[at] == ':' ? blanks(at + 1) : VIOLATION;
  }

  /** The position after the string whose content begins at a position. */
  int string(int start) {
    byte[] bytes = text;
    escaped = false;
    int at = start;
    while (true) {
      // The lowest marked byte is a quotation mark, a backslash or a control character. Bytes above
      // it may be marked wrongly, by a borrow.
      long word = (long) LONG.get(bytes, at);
      long quotes = word ^ QUOTES;
      long backslashes = word ^ BACKSLASHES;
      long marks =
          ((quotes - ONES & ~quotes)
                  | (backslashes - ONES & ~backslashes)
                  | (word - SPACES & ~word))
              & HIGH_BITS;
      if (marks == 0) {
        at += Long.BYTES;
        continue;
      }
      at += Long.numberOfTrailingZeros(marks) >> 3;
      if (bytes[at] == '"') {
        return at + 1;
      }
      if (bytes[at] != '\\') {
        return VIOLATION;
      }
      escaped = true;
      at = escape(at);
      if (at == VIOLATION) {
        return VIOLATION;
      }
    }
  }

  private int escape(int at) {
    switch (text[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 2;
      }
      case 'u' -> {
        for (int i = at + 2; i < at + 6; i++) {
          if (Character.digit(text[i], 16) < 0) {
            return VIOLATION;
          }
        }
        return at + 6;
      }
      default -> {
        return VIOLATION;
      }
    }
  }

  /** The position after a number; sets {@link #number()} and {@link #isLong()}. */
  int number(int start) {
    byte[] bytes = text;
    boolean negative = bytes[start] == '-';
    int digitsAt = negative ? start + 1 : start;
    int at = digitsAt;
    long value = 0;
    while (isDigit(bytes[at])) {
      value = value * 10 + bytes[at] - '0';
      at++;
    }
    if (at == digitsAt || bytes[digitsAt] == '0' && at > digitsAt + 1) {
      return VIOLATION;
    }
    isLong = at - digitsAt <= LONG_DIGITS;
    number = negative ? -value : value;
    if (bytes[at] == '.') {
      isLong = false;
      at = digits(at + 1);
    }
    if (at >= 0 && (bytes[at] == 'e' || bytes[at] == 'E')) {
      isLong = false;
      at = digits(bytes[at + 1] == '-' || bytes[at + 1] == '+' ? at + 2 : at + 1);
    }
    return at >= 0 && isEnd(at) ? at : VIOLATION;
  }

  /** The position after one or more digits. */
  private int digits(int start) {
    int at = start;
    while (isDigit(text[at])) {
      at++;
    }
    return at == start ? VIOLATION : at;
  }

  int literal(int at) {
    int end =
        switch (text[at]) {
          case 't' -> (int) INT.get(text, at) == TRUE ? at + 4 : VIOLATION;
          case 'n' -> (int) INT.get(text, at) == NULL ? at + 4 : VIOLATION;
          case 'f' -> (int) INT.get(text, at + 1) == ALSE ? at + 5 : VIOLATION;
          default -> VIOLATION;
        };
    return end >= 0 && isEnd(end) ? end : VIOLATION;
  }

  /** Whether a number or a literal can end before a position. */
  private boolean isEnd(int at) {
    byte next = text[at];
    return next == ',' || next == '}' || next == ']' || isBlank(next) || at == length;
  }

  /** The position of the first byte that is not blank. */
  int blanks(int start) {
    int at = start;
    while (isBlank(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
